# SPDX-License-Identifier: Apache-2.0
# The two helpers that every room uses, headwater_library and headwater_test, and what they apply to each target.

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_program(HEADWATER_CCACHE ccache)
if(HEADWATER_CCACHE)
  # Paths relative to the source: a second clone compiles only what no clone before it has.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=true
    "${HEADWATER_CCACHE}")
endif()

# The baseline of every binary. x86-64-v3 equals native on the servers that we know; v2 costs the copy path 20 %.
set(HEADWATER_MARCH "x86-64-v3" CACHE STRING "-march of the build; x86-64-v2 for older servers (DPDK needs at least v2)")
set(HEADWATER_SANITIZE "" CACHE STRING "value of -fsanitize= for every target, empty for none")
option(HEADWATER_FUZZ "build the libFuzzer harnesses (clang only)" OFF)
option(HEADWATER_LTO "link-time optimisation" OFF)
option(HEADWATER_WERROR "warnings are errors" ON)

add_library(headwater_options INTERFACE)
target_compile_features(headwater_options INTERFACE cxx_std_23)
target_include_directories(headwater_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(headwater_options INTERFACE
  -march=${HEADWATER_MARCH} -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wcast-align
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # GCC 12 sees overlaps in std::string that are not there (GCC bug 105651)
  $<$<BOOL:${HEADWATER_WERROR}>:-Werror>)
if(HEADWATER_SANITIZE)
  target_compile_options(headwater_options INTERFACE
    -fsanitize=${HEADWATER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(headwater_options INTERFACE -fsanitize=${HEADWATER_SANITIZE})
endif()
if(HEADWATER_FUZZ)
  target_compile_options(headwater_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(HEADWATER_LTO)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# A room, or a top-level folder, appears in the build with its first content.
function(headwater_rooms)
  foreach(room IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/CMakeLists.txt")
      add_subdirectory(${room})
    endif()
  endforeach()
endfunction()

# headwater_library(psi/ts SOURCES a.cc b.cc USES psi/base LIBS fmt::fmt)
# Makes headwater::psi_ts. USES are rooms, seen by users too; LIBS are third parties, PRIVATE and SYSTEM.
# Without SOURCES the room is header-only.
function(headwater_library room)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBS" ${ARGN})
  string(REPLACE "/" "_" name ${room})
  if(ARG_SOURCES)
    add_library(headwater_${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(headwater_${name} PRIVATE ${ARG_LIBS})
  else()
    add_library(headwater_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(headwater::${name} ALIAS headwater_${name})
  target_link_libraries(headwater_${name} ${scope} headwater_options)
  foreach(used IN LISTS ARG_USES)
    string(REPLACE "/" "_" used ${used})
    target_link_libraries(headwater_${name} ${scope} headwater::${used})
  endforeach()
endfunction()

# headwater_program(hwctl SOURCES main.cc USES control/api LIBS Boost::program_options)
function(headwater_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE headwater_options ${ARG_LIBS})
  foreach(used IN LISTS ARG_USES)
    string(REPLACE "/" "_" used ${used})
    target_link_libraries(${name} PRIVATE headwater::${used})
  endforeach()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
endfunction()

# headwater_test(psi_ts LABEL unit SOURCES packet_test.cc USES psi/ts LIBS x)
# Every GoogleTest case becomes a CTest test with that label; a skipped one shows as skipped. Those of labels system,
# load and nic run one at a time and count as two: real programs in real time, which a simulation on each core would starve.
function(headwater_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;USES;LIBS" ${ARGN})
  set(target test_${ARG_LABEL}_${name})
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE headwater_options ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  foreach(used IN LISTS ARG_USES)
    string(REPLACE "/" "_" used ${used})
    target_link_libraries(${target} PRIVATE headwater::${used})
  endforeach()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(alone)
  if(ARG_LABEL MATCHES "^(system|load|nic)$")
    set(alone RESOURCE_LOCK lab PROCESSORS 2)
  endif()
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${ARG_LABEL}."
    PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ${alone})
endfunction()
