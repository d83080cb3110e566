#pragma once
#include <cedar/abi.h>
#include <cedar/convert.hpp>
#include <cedar/detail/clock.hpp>
#include <cedar/llm.hpp>
#include <cedar/services.hpp>

#include <array>
#include <initializer_list>
#include <span>
#include <tuple>

namespace cedar {

enum class LogLevel : cedar_log_level {
    debug = CEDAR_LOG_DEBUG,
    info = CEDAR_LOG_INFO,
    warn = CEDAR_LOG_WARN,
    error = CEDAR_LOG_ERROR,
};

namespace detail {
inline cedar_view view(std::string_view text) {
    return {text.data(), text.size()};
}
inline std::string_view text(cedar_view view) {
    return view.data == nullptr ? std::string_view() : std::string_view(view.data, view.size);
}
Error reply_error(std::string_view service, const cedar_reply& reply);
}  // namespace detail

// What one invocation may ask of its host. Lives as long as the invocation: do not keep it.
//
// A call suspends this invocation and not its thread; the host runs others meanwhile. Once the invocation is
// cancelled or past its deadline every call throws Error "cancelled" or "deadline" at once: let it pass.
//
// Thread: calls only from the component's own function; log, emit, cancelled and the time from any.
class Context {
public:
    using Time = std::chrono::steady_clock::time_point;

    Context(const cedar_host& host, cedar_invocation invocation, Time deadline)
        : host_(&host), invocation_(invocation), deadline_(deadline) {}
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    // When the host stops waiting. The result counts as a timeout from then on, whatever the component does.
    [[nodiscard]] Time deadline() const { return deadline_; }
    // Never negative.
    [[nodiscard]] std::chrono::nanoseconds remaining() const {
        const auto left = deadline_ - detail::now();
        return left.count() > 0 ? left : std::chrono::nanoseconds(0);
    }
    // True: cancelled, past the deadline or over; stop. Long computations ask every few milliseconds.
    [[nodiscard]] bool cancelled() const { return host_->is_cancelled(host_, invocation_) != 0; }
    // Throws Error "cancelled" or "deadline" when cancelled().
    void stop_if_cancelled() const {
        if (!cancelled()) return;
        if (remaining().count() == 0) throw Error("deadline", "the invocation is past its deadline");
        throw Error("cancelled", "the invocation was cancelled");
    }
    // The same value as a class's cancel(cedar_invocation) gets.
    [[nodiscard]] cedar_invocation invocation() const { return invocation_; }

    // One line for the operator. False: the host dropped it (too fast, or the invocation is over).
    bool log(LogLevel level, std::string_view line) const {
        const auto number = static_cast<cedar_log_level>(level);
        return host_->log(host_, invocation_, number, detail::view(line)) == CEDAR_OK;
    }
    bool log(std::string_view line) const { return log(LogLevel::info, line); }

    // Tells the watchers of the run how far it is. False: dropped, as in log.
    bool progress(std::string_view text) const { return emit_text("progress", text); }
    // A piece of an answer in the making.
    bool token(std::string_view text) const { return emit_text("token", text); }
    // Shows messages as this component's debug prompt. What prompt() renders is shown without this.
    bool show_prompt(std::span<const Message> messages) const;
    bool show_prompt(std::initializer_list<Message> messages) const {
        return show_prompt(std::span<const Message>(messages.begin(), messages.size()));
    }

    // Asks a service and waits. Throws Error: "denied" (not in `needs`, or forbidden), "unsupported" (no such
    // service), "cancelled", "deadline", the service's own, or "invalid_reply" when the reply is not of the
    // expected type.
    template <ServiceRequest Request>
    typename Request::Reply call(const Request& request);
    template <class Reply = Json, class Body>
    Reply call(std::string_view service, const Body& body);

    // Asks for several at once and waits for all: the slowest counts, not the sum. One that fails leaves the others
    // alone. Throws only "cancelled", "deadline" and faults of the invocation itself.
    template <ServiceRequest... Requests>
    std::tuple<Result<typename Requests::Reply>...> all(const Requests&... requests);
    // Any number, in the same order; above 64 in rounds of 64.
    template <ServiceRequest Request>
    std::vector<Result<typename Request::Reply>> all(const std::vector<Request>& requests);

    // store.search.
    Passages search(std::string query, std::optional<std::uint32_t> limit = {}) {
        return call(Search{.query = std::move(query), .limit = limit});
    }
    // prompt.render: the template `name` of this component with the members of `values`.
    template <class Values>
    Prompt prompt(std::string name, const Values& values) {
        return call(RenderPrompt{.name = std::move(name), .values = json_of(values)});
    }
    // llm.chat: asks a model and waits for its whole answer. A failure throws Error with the host's code and words;
    // what the provider said is in `provider`. The host has retried already: pass it on.
    LlmReply llm(std::vector<Message> messages, LlmOptions options = {}) {
        return call(LlmChat(std::move(messages), std::move(options)));
    }
    LlmReply llm(const Prompt& prompt, LlmOptions options = {}) { return llm(prompt.messages, std::move(options)); }
    // The same for an answer in JSON of a described type, in the strongest way that the endpoint has (asked by
    // llm.capabilities unless options.response_format is given). Throws what LlmReply::as() throws, too.
    template <class T>
    T llm_json(std::vector<Message> messages, LlmOptions options = {});
    template <class T>
    T llm_json(const Prompt& prompt, LlmOptions options = {}) {
        return llm_json<T>(prompt.messages, std::move(options));
    }
    // timer.sleep, for at least `time`.
    void sleep(std::chrono::nanoseconds time) {
        call(Sleep{.ms = std::chrono::ceil<std::chrono::milliseconds>(time).count()});
    }

private:
    static constexpr std::size_t round = 64;  // the host's bound on requests in one call

    bool emit_text(std::string_view kind, std::string_view text) const;
    void exchange(std::span<const cedar_call> requests, std::span<cedar_reply> replies) const;
    template <class Reply>
    static Result<Reply> read(std::string_view service, const cedar_reply& reply);

    const cedar_host* host_;
    cedar_invocation invocation_;
    Time deadline_;
};

}  // namespace cedar

#include <cedar/detail/context_calls.hpp>
