#pragma once
#include <cedar/services.hpp>

namespace cedar {

// What an aggregator gets and what it answers. An aggregator is a component of Role::aggregator:
//   cedar::Final reconcile(const cedar::AggregatorInput& input, cedar::Context& context);
// Its input holds one Candidate per component asked, in stable order, also for the failed and the late, so
// that it cannot claim what nobody said. The host checks the answer; it is refused when `text` is blank.

struct AggregatorRequest {
    std::string text = {};  // what the user asked
    std::optional<std::int64_t> project_id = {};
    std::optional<std::int64_t> branch_id = {};
    std::optional<std::int64_t> thread_id = {};
};
BOOST_DESCRIBE_STRUCT(AggregatorRequest, (), (text, project_id, branch_id, thread_id))

// Why a component has no content; source is "host", "transport", "provider", "component" or "schema".
struct CandidateError {
    std::string code = {};
    std::string message = {};
    std::string detail = {};
    bool retryable = false;
    std::string source = {};
};
BOOST_DESCRIBE_STRUCT(CandidateError, (), (code, message, detail, retryable, source))
CEDAR_ANNOTATE(CandidateError, field<&CandidateError::detail>{.has_default = true},
               field<&CandidateError::retryable>{.has_default = true},
               field<&CandidateError::source>{.has_default = true})

// One component that was asked. `summary` is its content as it is, null unless `ok`; `status` is "ok", "error",
// "timeout", "crashed", "invalid_output", "cancelled", "rejected", "denied" or "late"; `reason` says why it was
// chosen.
struct Candidate {
    std::string name = {};
    std::string version = {};
    bool ok = false;
    std::string status = {};
    Json summary = {};
    std::optional<CandidateError> error = {};
    std::string reason = {};
    double duration_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (name, version, ok, status, summary, error, reason, duration_ms))
CEDAR_ANNOTATE(Candidate, field<&Candidate::version>{.has_default = true},
               field<&Candidate::summary>{.has_default = true}, field<&Candidate::reason>{.has_default = true},
               field<&Candidate::duration_ms>{.has_default = true})

// Given when the host refused the last answer and the manifest allows `repairs`.
struct Repair {
    std::uint32_t attempt = 0;  // from 1
    std::string problem = {};   // what was expected, what came and where
    std::string answer = {};    // the refused answer
};
BOOST_DESCRIBE_STRUCT(Repair, (), (attempt, problem, answer))

struct AggregatorInput {
    AggregatorRequest request = {};
    std::vector<Message> messages = {};  // of the thread, oldest first
    std::vector<Candidate> candidates = {};
    std::optional<Repair> repair = {};
};
BOOST_DESCRIBE_STRUCT(AggregatorInput, (), (request, messages, candidates, repair))
CEDAR_ANNOTATE(AggregatorInput, field<&AggregatorInput::messages>{.has_default = true})

struct FinalArgs {
    std::string text = {};                      // the answer, not blank
    std::optional<std::string> title = {};      // three to six words
    std::vector<std::string> run_summary = {};  // what was done, a line each
};
BOOST_DESCRIBE_STRUCT(FinalArgs, (), (text, title, run_summary))
CEDAR_ANNOTATE(FinalArgs, field<&FinalArgs::text>{.min_length = 1})

// The one function call that ends a run.
struct Final {
    std::string function = "final";
    FinalArgs args = {};
    std::optional<std::string> output_to_user = {};
    std::optional<std::string> changelog_summary = {};
};
BOOST_DESCRIBE_STRUCT(Final, (), (function, args, output_to_user, changelog_summary))

}  // namespace cedar
