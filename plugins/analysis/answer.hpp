#pragma once
#include "passages.hpp"

namespace analysis {

// What the model is asked for.
struct Drafted {
    bool found = false;
    std::string answer;
    std::vector<std::string> citations;
};
BOOST_DESCRIBE_STRUCT(Drafted, (), (found, answer, citations))
CEDAR_ANNOTATE(Drafted, cedar::field<&Drafted::found>{.description = "Whether the passages answer the question."},
               cedar::field<&Drafted::answer>{.description = "With the id of a passage in brackets after each "
                                                             "statement."},
               cedar::field<&Drafted::citations>{
                   .description = "The ids of the passages that the answer rests on."})

struct Citation {
    std::string chunk_id;
    std::string source;
    bool operator==(const Citation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Citation, (), (chunk_id, source))

struct Answer {
    bool found = false;
    std::string answer;
    std::vector<Citation> citations;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (found, answer, citations))

// The answer with each citation's source. Throws Error "invalid_output": an id that was not given is cited, in the
// list or in brackets in the text; or the answer claims something and cites nothing. Thread: any.
[[nodiscard]] Answer checked(const Drafted& drafted, const Material& material);

// What is answered without asking a model, when there is nothing to answer from.
[[nodiscard]] Answer nothing_found();

}  // namespace analysis
