#pragma once
#include <cedar/component.hpp>

namespace cedar {

// What a selector gets and what it answers. A selector is a component of Role::selector, asked before all others
// when the host's configuration or a request names it:
//   cedar::Selection choose(const cedar::SelectorInput& input, cedar::Context& context);
// The host checks the answer: an id that is not among those given, one named twice, and one too many end the run in
// an error. Its failure does too: nobody else chooses in its place.

struct SelectorRequest {
    std::string text = {};  // what the user asked
    std::optional<std::int64_t> project_id = {};
    std::optional<std::int64_t> branch_id = {};
    std::optional<std::int64_t> thread_id = {};
    std::optional<std::int64_t> file_id = {};
    std::optional<std::int64_t> dataset_id = {};
    std::string file_type = {};       // of the focused file, or empty
    std::string file_structure = {};  // "images", "sources", "code", "tabular", or empty
};
BOOST_DESCRIBE_STRUCT(SelectorRequest, (),
                      (text, project_id, branch_id, thread_id, file_id, dataset_id, file_type, file_structure))
CEDAR_ANNOTATE(SelectorRequest, field<&SelectorRequest::file_type>{.has_default = true},
               field<&SelectorRequest::file_structure>{.has_default = true})

// A component that may be asked. One that is `required` is asked whatever the selector says.
struct Eligible {
    std::string id = {};
    std::string version = {};
    std::string summary = {};
    std::vector<std::string> tags = {};
    Json input = {};  // schema
    std::uint32_t timeout_ms = 0;
    bool required = false;
    std::optional<std::string> suggestion = {};  // why the host's own selection would ask it; absent: it would not
};
BOOST_DESCRIBE_STRUCT(Eligible, (), (id, version, summary, tags, input, timeout_ms, required, suggestion))
CEDAR_ANNOTATE(Eligible, field<&Eligible::version>{.has_default = true},
               field<&Eligible::summary>{.has_default = true}, field<&Eligible::tags>{.has_default = true},
               field<&Eligible::input>{.has_default = true}, field<&Eligible::timeout_ms>{.has_default = true},
               field<&Eligible::required>{.has_default = true})

struct SelectorInput {
    SelectorRequest request = {};
    std::uint32_t max = 0;                  // how many may be chosen
    std::vector<Eligible> components = {};  // by id
    std::uint32_t omitted = 0;              // more that did not fit into the input
};
BOOST_DESCRIBE_STRUCT(SelectorInput, (), (request, max, components, omitted))
CEDAR_ANNOTATE(SelectorInput, field<&SelectorInput::omitted>{.has_default = true})

struct Choice {
    std::string id = {};
    std::optional<std::string> reason = {};  // for people; shown with each dispatch, and given to the aggregator
};
BOOST_DESCRIBE_STRUCT(Choice, (), (id, reason))

// In the order in which they are to be asked; may be empty.
struct Selection {
    std::vector<Choice> components = {};
};
BOOST_DESCRIBE_STRUCT(Selection, (), (components))

}  // namespace cedar
