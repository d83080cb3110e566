include(GoogleTest)

# cedar_add_test(unit.core LABEL unit SOURCES a_test.cpp … LIBRARIES cedar_core … [TIMEOUT 60] [PROPERTIES …])
# One executable a folder and tier; its cases are CTest tests named "<name>.<Suite>.<Case>".
# Labels: unit contract integration system browser package fuzz tidy.
function(cedar_add_test name)
  if(NOT CEDAR_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES;PROPERTIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE cedar_base ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}."
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ${arg_PROPERTIES})
endfunction()
