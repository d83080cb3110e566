cedar_add_fuzz(config_file_fuzz SOURCE config_file_fuzz.cpp CORPUS corpus/config_file LIBRARIES cedar_app)
