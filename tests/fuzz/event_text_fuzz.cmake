cedar_add_fuzz(event_text_fuzz SOURCE event_text_fuzz.cpp CORPUS corpus/event_text LIBRARIES cedar_core)
