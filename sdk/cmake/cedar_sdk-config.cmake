# find_package(cedar_sdk): the target cedar_sdk::cedar_sdk and the function cedar_add_plugin().
# A project in C alone needs neither Boost nor RapidJSON.

include(${CMAKE_CURRENT_LIST_DIR}/cedar_sdk-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/CedarPlugin.cmake)

get_property(_cedar_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if("CXX" IN_LIST _cedar_languages)
  include(CMakeFindDependencyMacro)
  find_dependency(Boost 1.81)
  find_path(CEDAR_RAPIDJSON_INCLUDE_DIR rapidjson/document.h)
  if(NOT CEDAR_RAPIDJSON_INCLUDE_DIR)
    set(cedar_sdk_FOUND FALSE)
    set(cedar_sdk_NOT_FOUND_MESSAGE "cedar_sdk needs RapidJSON's headers; set CEDAR_RAPIDJSON_INCLUDE_DIR")
    return()
  endif()
  target_link_libraries(cedar_sdk::cedar_sdk INTERFACE Boost::headers)
  target_include_directories(cedar_sdk::cedar_sdk SYSTEM INTERFACE ${CEDAR_RAPIDJSON_INCLUDE_DIR})
  target_compile_features(cedar_sdk::cedar_sdk INTERFACE cxx_std_20)
endif()
