cedar_add_fuzz(sse_parser_fuzz SOURCE sse_parser_fuzz.cpp CORPUS corpus/sse_parser LIBRARIES cedar_llm)
