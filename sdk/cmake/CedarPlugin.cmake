# cedar_add_plugin(acme.summarize SOURCES plugin.cpp … [LIBRARIES target …])
#
# A component library that a host can load: a module <name>.so that exports cedar_entry_v1 and nothing else,
# resolved when it is loaded, and without what makes hundreds of libraries in one process slow or impossible
# (unique symbols, static TLS). Source: sdk/README.md, "What the build does for you".

set(CEDAR_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/cedar_plugin.map CACHE INTERNAL "")

# Clang's sanitizers live in the executable: a module that uses them has undefined symbols by design.
function(_cedar_may_require_all_symbols out)
  get_directory_property(options COMPILE_OPTIONS)
  if("${options} ${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS}" MATCHES "-fsanitize"
     AND "${CMAKE_CXX_COMPILER_ID} ${CMAKE_C_COMPILER_ID}" MATCHES "Clang")
    set(${out} FALSE PARENT_SCOPE)
  else()
    set(${out} TRUE PARENT_SCOPE)
  endif()
endfunction()

function(cedar_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "cedar_add_plugin(${name}): expected SOURCES and, optionally, LIBRARIES, "
                        "got '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE cedar_sdk::cedar_sdk ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so" POSITION_INDEPENDENT_CODE ON LINK_DEPENDS ${CEDAR_PLUGIN_EXPORTS}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${name} PRIVATE -ftls-model=global-dynamic -ffunction-sections -fdata-sections
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE LINKER:--version-script=${CEDAR_PLUGIN_EXPORTS} LINKER:--gc-sections
    LINKER:-z,now LINKER:-z,relro LINKER:-z,noexecstack LINKER:--build-id=sha1)
  _cedar_may_require_all_symbols(all_symbols)
  if(all_symbols)
    target_link_options(${name} PRIVATE LINKER:-z,defs)
  endif()
endfunction()
