// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/worker.h"

#include "dataplane/worker/state.h"

namespace headwater::dataplane {

Worker::Worker(const WorkerLinks& links) : state_(std::make_unique<State>(links)) {}
Worker::~Worker() = default;

bool Worker::run_once(Instant now) {
  return state_->run_once(now);
}

Instant Worker::next_deadline(Instant now) const {
  return state_->next_deadline(now);
}

}  // namespace headwater::dataplane
