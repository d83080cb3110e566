#include "extract.hpp"

#include <cedar/component.hpp>

// Blocking, because a thousand candidates with long passages take longer than a shared thread may be held.
CEDAR_PLUGIN(cedar::component<extractive::extract>{
    .id = "aggregator.extractive",
    .version = "1.0.0",
    .summary =
        "Answers by quoting the strongest sentences of the passages found, each with its source, without a model.",
    .role = cedar::Role::aggregator,
    .tags = {"aggregator", "quotes", "sources"},
    .examples = {{.input =
                      R"json({"request":{"text":"What is a run?"},"candidates":[
        {"name":"retrieval.retrieve_docs","ok":true,"status":"ok",
         "summary":{"results":[{"source":"guide.md","text":"A run is one request's life."}]}}]})json"},
                 {.input = R"json({"request":{"text":"What is a run?"},"candidates":[]})json"}},
    .timeout = std::chrono::seconds(10),
    .execution = cedar::Execution::blocking,
    .deterministic = true})
