#pragma once
#include <cedar/describe.hpp>

#include <concepts>

namespace cedar {

// A request to a service is a described struct that names its service and the type of its reply:
//   struct Search { static constexpr std::string_view service = "store.search"; using Reply = Passages; … };
// The component's manifest must list the service in `needs`. Those of this header are the host's own; a struct of
// your own works alike.
template <class T>
concept ServiceRequest = requires {
    { T::service } -> std::convertible_to<std::string_view>;
    typename T::Reply;
};

// One message of a prompt; role is "system", "user" or "assistant".
struct Message {
    std::string role = {};
    std::string content = {};
    bool operator==(const Message&) const = default;
};
BOOST_DESCRIBE_STRUCT(Message, (), (role, content))

// A stored piece of a file. Offsets are code points in the file's text, the end excluded; a higher score is a
// better match.
struct Passage {
    std::string chunk_id = {};
    std::int64_t file_id = 0;
    std::string source = {};
    std::int64_t char_start = 0;
    std::int64_t char_end = 0;
    std::string text = {};
    double score = 0;
    bool operator==(const Passage&) const = default;
};
BOOST_DESCRIBE_STRUCT(Passage, (), (chunk_id, file_id, source, char_start, char_end, text, score))

struct Passages {
    std::vector<Passage> results = {};
    bool operator==(const Passages&) const = default;
};
BOOST_DESCRIBE_STRUCT(Passages, (), (results))

// store.search: passages of the run's project that match, best first. `query` is ordinary text, no query syntax.
// limit: 1 to 200, the host's default when absent.
struct Search {
    static constexpr std::string_view service = "store.search";
    using Reply = Passages;

    std::string query = {};
    std::optional<std::int64_t> file_id = {};
    std::optional<std::uint32_t> limit = {};
};
BOOST_DESCRIBE_STRUCT(Search, (), (query, file_id, limit))

// prompt.render's reply: the messages of the rendered template, and the SHA-256 of the template in hex.
struct Prompt {
    std::vector<Message> messages = {};
    std::string hash = {};
};
BOOST_DESCRIBE_STRUCT(Prompt, (), (messages, hash))
CEDAR_ANNOTATE(Prompt, field<&Prompt::hash>{.has_default = true})

// prompt.render: the component's own template `name`. Each input that the template declares must be among `values`.
struct RenderPrompt {
    static constexpr std::string_view service = "prompt.render";
    using Reply = Prompt;

    std::string name = {};
    Json values = Json("{}");
    std::optional<std::string> version = {};
};
BOOST_DESCRIBE_STRUCT(RenderPrompt, (), (name, values, version))

// timer.sleep: waits, ends early when the invocation is cancelled or past its deadline.
struct Sleep {
    static constexpr std::string_view service = "timer.sleep";
    using Reply = Nothing;

    std::int64_t ms = 0;
};
BOOST_DESCRIBE_STRUCT(Sleep, (), (ms))

}  // namespace cedar
