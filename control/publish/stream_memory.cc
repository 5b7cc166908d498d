// SPDX-License-Identifier: Apache-2.0
#include "control/publish/stream_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

namespace headwater::control {

class StreamMemory::Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

class StreamMemory::Mapping {
 public:
  Mapping(void* begin, std::size_t size) : begin_(begin), size_(size) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(begin_, size_); }
  [[nodiscard]] std::byte* at(std::size_t offset) const { return static_cast<std::byte*>(begin_) + offset; }

 private:
  void* begin_;
  std::size_t size_;
};

namespace {

using dataplane::StreamRecord;

// The file: this and the rest of its page, the records by slot, then those of the life before whose streams
// are not yet bound.
struct Header {
  std::array<char, 8> magic{'H', 'W', 'S', 'T', 'R', 'E', 'A', 'M'};
  std::uint32_t layout = 1;
  std::uint32_t record_size = sizeof(StreamRecord);
  std::uint64_t records = 0;
  std::uint64_t kept = 0;
  std::array<char, 2048> directory{};  // whose streams they are; where that is gone, nobody's
  friend bool operator==(const Header&, const Header&) = default;
};
constexpr std::size_t kPage = 4096;
// Records whose pages are taken together: whole ones.
constexpr std::size_t kChunk = 256;
constexpr std::size_t kChunkSize = kChunk * sizeof(StreamRecord);
static_assert(sizeof(Header) <= kPage && kChunkSize % kPage == 0);

std::string text_of(int code) {
  return std::generic_category().message(code);
}

std::size_t size_of(std::size_t records, std::size_t kept) {
  return kPage + (records + kept) * sizeof(StreamRecord);
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

template <typename Value>
bool read_next(const File& file, Value& value) {
  return std::fread(&value, sizeof value, 1, file.get()) == 1;
}

// The folder is everybody's: it may be a link, or another user's.
std::expected<File, std::string> open_own(const std::filesystem::path& path, std::uint64_t& size) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0 && errno == ENOENT) return nullptr;
  if (descriptor < 0) return std::unexpected(text_of(errno));
  File file(fdopen(descriptor, "rb"));
  struct stat status{};
  if (file == nullptr || fstat(descriptor, &status) != 0) return std::unexpected(text_of(errno));
  if (!S_ISREG(status.st_mode) || status.st_uid != geteuid())
    return std::unexpected("it is no file of this user's");
  size = static_cast<std::uint64_t>(status.st_size);
  return file;
}

std::array<char, 2048> name_of(const std::filesystem::path& directory) {
  std::array<char, 2048> name{};
  const std::string text = directory.string();
  std::copy_n(text.begin(), std::min(text.size(), name.size() - 1), name.begin());
  return name;
}

constexpr std::string_view kPrefix = "headwater-";

// They are memory: those of state directories that were removed would stay until a reboot.
void remove_orphans(const std::filesystem::path& folder) {
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    std::uint64_t size = 0;
    const auto file = open_own(entry.path(), size);
    Header header;
    if (!file || *file == nullptr || !read_next(*file, header)) continue;
    if (header.magic != Header{}.magic || header.directory.back() != '\0') continue;
    const bool there = std::filesystem::exists(header.directory.data(), code);
    if (!there && !code) std::filesystem::remove(entry.path(), code);
  }
}

// Every stream once: as its slot has it, else as the life before that left it. nullopt: there is no file.
std::expected<std::optional<std::vector<StreamRecord>>, std::string> read_before(
    const std::filesystem::path& path, const std::filesystem::path& directory) {
  std::uint64_t size = 0;
  const auto file = open_own(path, size);
  if (!file) return std::unexpected(file.error());
  if (*file == nullptr) return std::nullopt;
  const auto cut = [&] { return std::unexpected(fmt::format("it is cut off after {} bytes", size)); };
  Header header;
  if (size < kPage || !read_next(*file, header)) return cut();
  if (header != Header{.records = header.records, .kept = header.kept, .directory = name_of(directory)})
    return std::unexpected("another version of Headwater wrote it, or something else");
  const std::uint64_t count = (size - kPage) / sizeof(StreamRecord);
  if (header.records > count || header.kept > count || size != size_of(header.records, header.kept))
    return cut();
  if (std::fseek(file->get(), kPage, SEEK_SET) != 0) return std::unexpected(text_of(errno));
  std::map<std::uint64_t, StreamRecord> streams;
  StreamRecord record;
  for (std::uint64_t place = 0; place < count; ++place) {
    if (!read_next(*file, record)) return cut();
    if (record.stream != 0) streams.try_emplace(record.stream, record);
  }
  std::vector<StreamRecord> list;
  list.reserve(streams.size());
  for (const auto& [stream, each] : streams) list.push_back(each);
  return list;
}

void put(std::byte* memory, const std::filesystem::path& directory, std::size_t outputs,
         std::span<const StreamRecord> kept) {
  const Header header{.records = outputs, .kept = kept.size(), .directory = name_of(directory)};
  std::memcpy(memory, &header, sizeof header);
  if (!kept.empty()) std::memcpy(memory + size_of(outputs, 0), kept.data(), kept.size_bytes());
}

}  // namespace

StreamMemory::~StreamMemory() = default;

StreamMemory::StreamMemory(const std::filesystem::path& folder, const std::filesystem::path& state_directory,
                           std::size_t most, bool sent_before)
    : taken_((most + kChunk - 1) / kChunk) {
  std::error_code code;
  directory_ = std::filesystem::weakly_canonical(state_directory, code);
  if (code) directory_ = state_directory;
  file_ = folder / fmt::format("{}{:016x}", kPrefix, dataplane::stream_of(directory_.string()));
  remove_orphans(folder);
  const std::size_t outputs = taken_.size() * kChunk;
  std::vector<StreamRecord> kept;
  auto before = read_before(file_, directory_);
  start_.before = sent_before ? Before::kLost : Before::kNone;
  if (!before) {
    start_.trouble = fmt::format("{}: {}", file_.string(), before.error());
  } else if (*before) {
    kept = std::move(**before);
    start_.before = Before::kKept;
  }
  // Channels that are gone for good are among them: not for ever more of those.
  if (kept.size() > outputs) kept.resize(outputs);
  start_.streams = kept.size();

  auto made = make(outputs, kept);
  if (!made) {
    descriptor_.reset();
    start_.trouble = fmt::format("{}: {}: after the next restart receivers see the streams begin anew",
                                 file_.string(), made.error());
    const std::size_t size = size_of(outputs, kept.size());
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    made = std::make_unique<Mapping>(memory, size);
    put((*made)->at(0), directory_, outputs, kept);
  }
  lay_out(std::move(*made), outputs, kept.size());
}

std::expected<StreamMemory::Memory, std::string> StreamMemory::make(std::size_t outputs,
                                                                    std::span<const StreamRecord> kept) {
  const std::string fresh = file_.string() + ".new";
  unlink(fresh.c_str());
  const int descriptor = open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return std::unexpected(text_of(errno));
  descriptor_ = std::make_unique<Descriptor>(descriptor);
  const auto failed = [&](int code) {
    unlink(fresh.c_str());
    return std::unexpected(text_of(code));
  };
  // Where there is no room for a page, writing to it ends the process: it is taken before. The slots' pages
  // are once they are needed.
  const std::size_t size = size_of(outputs, kept.size());
  if (ftruncate(descriptor, static_cast<off_t>(size)) != 0) return failed(errno);
  for (const auto& [from, length] :
       {std::pair(std::size_t{0}, kPage), std::pair(size_of(outputs, 0), kept.size_bytes())}) {
    if (length == 0) continue;
    const int code = posix_fallocate(descriptor, static_cast<off_t>(from), static_cast<off_t>(length));
    if (code != 0) return failed(code);
  }
  void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapped == MAP_FAILED) return failed(errno);
  auto memory = std::make_unique<Mapping>(mapped, size);
  put(memory->at(0), directory_, outputs, kept);
  if (rename(fresh.c_str(), file_.c_str()) != 0) return failed(errno);
  return memory;
}

void StreamMemory::lay_out(Memory memory, std::size_t outputs, std::size_t kept) {
  memory_ = std::move(memory);
  void* records = memory_->at(kPage);
  records_ = {static_cast<StreamRecord*>(records), outputs};
  void* rest = memory_->at(size_of(outputs, 0));
  for (StreamRecord& record : std::span(static_cast<StreamRecord*>(rest), kept))
    kept_.emplace(record.stream, &record);
}

std::string StreamMemory::take_pages(std::size_t slot) {
  const std::size_t chunk = slot / kChunk;
  if (taken_[chunk]) return {};
  taken_[chunk] = true;
  const std::size_t from = kPage + chunk * kChunkSize;
  std::byte* place = memory_->at(from);
  int code = 0;
  if (descriptor_ != nullptr)
    code = posix_fallocate(descriptor_->number(), static_cast<off_t>(from), static_cast<off_t>(kChunkSize));
  if (code != 0) {
    void* own =
        mmap(place, kChunkSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (own == MAP_FAILED) throw std::bad_alloc();
  }
  for (std::size_t at = 0; at < kChunkSize; at += kPage) place[at] = std::byte{0};
  if (code == 0) return {};
  return fmt::format("{}: {}: after the next restart receivers see streams begin anew", file_.string(),
                     text_of(code));
}

void StreamMemory::continue_stream(const dataplane::OutputPlan& part, const Left& left) {
  const std::uint64_t stream = dataplane::stream_of(part.id);
  StreamRecord& record = records_[part.slot.index];
  if (record.stream == stream) {
    kept_.erase(stream);
    return;
  }
  // The one that was here before, if it does not come back now, begins anew when it does.
  if (const auto here = kept_.find(record.stream); here != kept_.end() && here->second == &record)
    kept_.erase(here);
  const auto kept = kept_.find(stream);
  const auto taken = left.find(stream);
  const bool is_kept = kept != kept_.end() && kept->second->stream == stream;
  if (taken != left.end() || is_kept) {
    record = taken != left.end() ? taken->second : *kept->second;
    record.jumped = true;
    // Only now: whenever the process ends, one of the two has it.
    if (is_kept) kept->second->stream = 0;
    kept_.erase(stream);
  } else if (start_.before == Before::kLost) {
    record = {.stream = stream, .jumped = true};
  }
}

std::string StreamMemory::bind(const dataplane::Plan& plan) {
  using dataplane::OutputPlan;
  std::string trouble;
  const auto each_that = [&](auto&& leaves, auto&& comes) {
    dataplane::Parts<OutputPlan>::for_each_difference(
        bound_, plan.outputs, [&](const OutputPlan* before, const OutputPlan* part) {
          if (before != nullptr && part != nullptr && before->id == part->id) return;
          if (before != nullptr) leaves(*before);
          if (part != nullptr) comes(*part);
        });
  };
  // What comes may lie in slots that others of the same Plan come to: all of that is taken first.
  Left left;
  each_that(
      [&](const OutputPlan& part) { kept_[dataplane::stream_of(part.id)] = &records_[part.slot.index]; },
      [](const OutputPlan& /*part*/) {});
  each_that([](const OutputPlan& /*part*/) {},
            [&](const OutputPlan& part) {
              if (std::string why = take_pages(part.slot.index); !why.empty()) trouble = std::move(why);
              const auto kept = kept_.find(dataplane::stream_of(part.id));
              const bool in_a_slot = kept != kept_.end() && kept->second < records_.data() + records_.size();
              if (in_a_slot && kept->second->stream == kept->first) left.emplace(kept->first, *kept->second);
            });
  each_that([](const OutputPlan& /*part*/) {}, [&](const OutputPlan& part) { continue_stream(part, left); });
  bound_ = plan.outputs;
  return trouble;
}

}  // namespace headwater::control
