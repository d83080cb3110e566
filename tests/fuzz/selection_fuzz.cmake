cedar_add_fuzz(selection_fuzz SOURCE selection_fuzz.cpp CORPUS corpus/selection LIBRARIES cedar_core)
