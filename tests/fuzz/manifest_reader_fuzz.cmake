# Manifests are kept as text; libraries are made of the fixtures when the tests run.
cedar_add_fuzz(manifest_reader_fuzz
  SOURCE manifest_reader_fuzz.cpp
  CORPUS corpus/manifest_reader
  LIBRARIES cedar_loader cedar_manifest_reader_support)
add_library(cedar_manifest_reader_support STATIC ${PROJECT_SOURCE_DIR}/tests/support/elf_image.cpp)
target_link_libraries(cedar_manifest_reader_support PUBLIC cedar_core PRIVATE cedar_base)

add_executable(manifest_reader_seeds manifest_reader_seeds.cpp)
target_link_libraries(manifest_reader_seeds PRIVATE cedar_base)
add_dependencies(cedar_fuzz manifest_reader_seeds)
set(cedar_reader_seeds ${PROJECT_BINARY_DIR}/fuzz_corpus/manifest_reader)
set(cedar_reader_fixtures bad_plugin_good bad_plugin_two_components bad_plugin_two_manifests bad_plugin_wrong_magic)
set(cedar_reader_files ${cedar_reader_fixtures})
list(TRANSFORM cedar_reader_files REPLACE "(.+)" "$<TARGET_FILE:\\1>")
add_dependencies(manifest_reader_seeds ${cedar_reader_fixtures})
add_test(NAME fuzz.manifest_reader_seeds COMMAND manifest_reader_seeds ${cedar_reader_seeds} ${cedar_reader_files})
add_test(NAME fuzz.manifest_reader_libraries COMMAND manifest_reader_fuzz_replay ${cedar_reader_seeds})
set_tests_properties(fuzz.manifest_reader_seeds PROPERTIES LABELS fuzz TIMEOUT 60 FIXTURES_SETUP manifest_reader_seeds)
set_tests_properties(fuzz.manifest_reader_libraries
  PROPERTIES LABELS fuzz TIMEOUT 120 FIXTURES_REQUIRED manifest_reader_seeds)
