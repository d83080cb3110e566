#pragma once
#include "host/core/component_result.hpp"
#include "host/core/event_writer.hpp"
#include "host/core/selector.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cedar::host {

class IdSource;

// The events of one run: numbers them and writes them, in the words of the chat socket. Prompts are JSON arrays of
// {"role","content"}. Private to core.
class RunEvents {
public:
    RunEvents(std::int64_t project_id, std::string run_id, IdSource& ids);

    void set_thread(std::int64_t thread_id) { thread_id_ = thread_id; }
    [[nodiscard]] const std::string& run_id() const { return run_id_; }

    [[nodiscard]] EventPtr ack(Now now, std::size_t queue_position);
    [[nodiscard]] EventPtr info(Now now, std::string_view stage);
    [[nodiscard]] EventPtr selecting(Now now, std::string_view selector);
    [[nodiscard]] EventPtr given_up(Now now, std::string_view component, std::string_view stage,
                                    std::string_view text);
    [[nodiscard]] EventPtr thread_update(Now now, std::string_view title);
    [[nodiscard]] EventPtr user_message(Now now, std::string_view text);
    [[nodiscard]] EventPtr processing(Now now, std::string_view file_name);  // empty: no file
    [[nodiscard]] EventPtr prompt(Now now, std::string_view messages);
    // An empty component: the run's own. The hash is the prompt template's, or empty.
    [[nodiscard]] EventPtr debug(Now now, std::string_view component, std::string_view prompt,
                                 std::string_view hash = {});
    [[nodiscard]] EventPtr dispatch(Now now, const Candidate& candidate);
    [[nodiscard]] EventPtr component_result(Now now, const ComponentResult& result);
    [[nodiscard]] EventPtr said(Now now, EventType token_or_progress, std::string_view component,
                                std::string_view text);
    [[nodiscard]] EventPtr error(Now now, std::string_view error, std::string_view code, std::string_view detail);

    struct Final {
        std::string_view text, json;
        bool complete = false, test_mode = false;
        std::string coverage, missing, aggregator, prompts, usage, timing;  // JSON
        std::string selector;                                               // JSON, or empty: the built-in one
    };
    [[nodiscard]] EventPtr final(Now now, const Final& facts);

private:
    [[nodiscard]] EventWriter begin(Now now, EventType type, std::size_t own_bytes = 0);

    std::int64_t project_id_;
    std::int64_t thread_id_ = 0;
    std::uint64_t seq_ = 0;
    std::string run_id_;
    IdSource& ids_;
    UtcTime last_utc_{};  // many events are made in one moment: its text is made once
    std::string last_t_;
};

}  // namespace cedar::host
