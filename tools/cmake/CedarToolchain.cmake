# ccache and a fast linker where present; the flags of our own targets as cedar_base, linked privately.

find_program(CEDAR_CCACHE ccache)
if(CEDAR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CEDAR_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CEDAR_CCACHE})
endif()

find_program(CEDAR_MOLD mold)
find_program(CEDAR_LLD ld.lld)
if(CEDAR_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(CEDAR_LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(CEDAR_SANITIZER "" CACHE STRING "address, thread, coverage or empty")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")     # asserts stay on: CEDAR_CHECK is on in release anyway
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

# The whole build is instrumented, plugins included.
if(CEDAR_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CEDAR_SANITIZER STREQUAL "thread")
  # g++ warns that it does not see Asio's memory fences; the data behind them is under mutexes it does see.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  add_link_options(-fsanitize=thread)
elseif(CEDAR_SANITIZER STREQUAL "coverage")
  add_compile_options(--coverage)
  add_link_options(--coverage)
elseif(NOT CEDAR_SANITIZER STREQUAL "")
  message(FATAL_ERROR "CEDAR_SANITIZER: expected address, thread, coverage or empty, got '${CEDAR_SANITIZER}'")
endif()

# The fuzz preset instruments everything; it is meant for the targets of tests/fuzz alone.
if(CEDAR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/fuzz/sanitizer_ignore.txt)
  add_link_options(-fsanitize=address,undefined)
endif()

add_library(cedar_base INTERFACE)
target_include_directories(cedar_base INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(cedar_base INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wformat=2 -Wundef
  -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op
    -Wsuggest-override>)
if(NOT CEDAR_SANITIZER)
  target_compile_options(cedar_base INTERFACE
    -fstack-protector-strong -fcf-protection=full
    $<$<CONFIG:RelWithDebInfo>:-fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
      -D_GLIBCXX_ASSERTIONS>)
  target_link_options(cedar_base INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
