# Configures, builds and tests an outside project against the staged SDK, from scratch.
file(REMOVE_RECURSE ${BINARY})
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY} -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${STAGE}
          -DCMAKE_C_COMPILER=${C} -DCMAKE_CXX_COMPILER=${CXX})
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${CMAKE_COMMAND} --build ${BINARY})
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${BINARY} --output-on-failure --no-tests=error)
