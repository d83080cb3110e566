cedar_add_fuzz(http_edge_fuzz SOURCE http_edge_fuzz.cpp CORPUS corpus/http_edge LIBRARIES cedar_http)
