# Builds the outside component by hand, with what pkg-config says alone.
set(ENV{PKG_CONFIG_PATH} ${STAGE}/share/pkgconfig)
function(ask out)
  execute_process(COMMAND pkg-config ${ARGN} cedar_sdk OUTPUT_VARIABLE words OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(words UNIX_COMMAND "${words}")
  set(${out} ${words} PARENT_SCOPE)
endfunction()

ask(include --cflags)
ask(cflags --variable=plugin_cflags)
ask(cxxflags --variable=plugin_cxxflags)
ask(ldflags --variable=plugin_ldflags)
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${CXX} ${cflags} ${cxxflags} ${include} ${SOURCE}/reverse.cpp ${ldflags} -o ${BINARY}/acme.reverse.so)
execute_process(COMMAND nm -D --defined-only ${BINARY}/acme.reverse.so OUTPUT_VARIABLE exports COMMAND_ERROR_IS_FATAL ANY)
if(NOT exports MATCHES "^[0-9a-f]+ [A-Z] cedar_entry_v1\n$")
  message(FATAL_ERROR "expected cedar_entry_v1 as the only export, got:\n${exports}")
endif()
