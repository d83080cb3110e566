#pragma once
#include <cedar/component.hpp>
#include <cedar/detail/fake_clock.hpp>

#include <functional>
#include <mutex>

// The entry and the manifest of the plugin that the test links; a plugin in C has no manifest symbol.
extern "C" {
extern const cedar_entry cedar_entry_v1;
[[gnu::weak]] extern const cedar_view cedar_plugin_manifest;
}

namespace cedar::testing {

struct Called {
    std::string service;
    Json body;
};
struct Emitted {
    std::string kind;
    Json body;
};
struct Logged {
    LogLevel level = LogLevel::info;
    std::string line;
};

// How an invocation ended. `error` is what the component said, or "no_answer" for an OK without an answer.
struct Outcome {
    cedar_status status = CEDAR_INTERNAL;
    std::optional<Json> answer;
    std::optional<Error> error;

    [[nodiscard]] bool ok() const { return status == CEDAR_OK && answer.has_value(); }
};

// A host without a server, for unit tests: runs components of a linked plugin by id, JSON in and JSON out, answers
// services from a script, and records what they ask, emit and log. Its clock moves only by advance() and
// timer.sleep, which ends at once. A service that the manifest does not list in `needs` is answered "denied", one
// without a script "unsupported".
//
// The replies of a call are freed at the next one, so that a sanitizer sees a component that keeps them.
//
// Thread: as the real host's table; the script and the records belong to the test's thread.
class FakeHost {
public:
    using Handler = std::function<Json(const Json& body)>;

    explicit FakeHost(const cedar_entry& entry = cedar_entry_v1, std::string_view manifest = linked_manifest());
    ~FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    // What a service answers. Several for one service are used in turn; the last one stays.
    FakeHost& on(std::string service, Handler handler);
    FakeHost& reply(std::string service, Json body);
    template <class T>
    FakeHost& reply(std::string service, const T& value) {
        return reply(std::move(service), json_of(value));
    }
    FakeHost& fail(std::string service, Error error);
    // What the model answers, in turn as above. A call that streams gets its text as one `token`, as from a host.
    // llm.capabilities can everything unless scripted.
    FakeHost& llm(LlmReply reply);
    FakeHost& llm(std::string text) {
        return llm(LlmReply{.text = std::move(text), .model = "fake", .finish_reason = "stop"});
    }

    // Called for each emit, such as to cancel() at a certain point.
    FakeHost& on_emit(std::function<void(const Emitted&)> watch);

    // The time limit of the following invocations [15 s].
    FakeHost& timeout(std::chrono::nanoseconds limit);
    // An answer above `bytes` is refused with CEDAR_LIMIT [1 MiB].
    FakeHost& answer_limit(std::size_t bytes);
    void advance(std::chrono::nanoseconds time) { detail::FakeClock::advance(time); }
    // Cancels the running invocation, as a host does: the flag first, then the component's own cancel. With none
    // running, the next one begins cancelled. Thread: any.
    void cancel();

    // Makes an instance, runs it once and ends it. An instance that refuses `config` gives its error.
    Outcome run(std::string_view id, std::string_view input, std::string_view config = {});
    Outcome run(std::string_view id, const Json& input, std::string_view config = {}) {
        return run(id, std::string_view(input.text()), config);
    }

    // For a component with state: several runs on one instance. Throws the Error of `create`.
    class Instance;
    [[nodiscard]] Instance create(std::string_view id, std::string_view config = {});

    [[nodiscard]] const std::vector<Called>& calls() const { return calls_; }
    [[nodiscard]] const std::vector<Emitted>& emits() const { return emits_; }
    [[nodiscard]] const std::vector<Logged>& logs() const { return logs_; }
    // The table as plugins see it; for tests of plugins that are loaded in another way.
    [[nodiscard]] const cedar_host& table() const { return table_.host; }

private:
    friend class Instance;
    struct Table {
        cedar_host host;
        FakeHost* self;
    };

    static std::string_view linked_manifest() {
        return &cedar_plugin_manifest == nullptr ? std::string_view() : detail::text(cedar_plugin_manifest);
    }
    static FakeHost& self(const cedar_host* host) { return *reinterpret_cast<const Table*>(host)->self; }
    static cedar_status answer(const cedar_host* host, cedar_invocation invocation, cedar_view body);
    static cedar_status fail(const cedar_host* host, cedar_invocation invocation, cedar_view error);
    static cedar_status call(const cedar_host* host, cedar_invocation invocation, const cedar_call* requests,
                             std::size_t count, cedar_reply* replies);
    static cedar_status emit(const cedar_host* host, cedar_invocation invocation, cedar_view kind, cedar_view body);
    static cedar_status log(const cedar_host* host, cedar_invocation invocation, cedar_log_level level,
                            cedar_view message);
    static int32_t is_cancelled(const cedar_host* host, cedar_invocation invocation);

    Outcome invoke(void* instance, std::string_view id, std::string_view input);
    Outcome made(std::string_view id, std::string_view config, void** instance);
    [[nodiscard]] bool runs(cedar_invocation invocation) const;
    [[nodiscard]] cedar_status state(cedar_invocation invocation) const;
    [[nodiscard]] bool may_call(std::string_view service) const;
    void serve(const cedar_call& request, cedar_reply& reply);
    [[nodiscard]] Json script(const std::string& service, const Json& body);

    const cedar_entry& entry_;
    std::map<std::string, std::vector<std::string>> needs_;  // by component id; empty when no manifest is known
    Table table_;
    std::map<std::string, std::vector<Handler>> script_;
    std::function<void(const Emitted&)> watch_;
    std::chrono::nanoseconds limit_ = std::chrono::seconds(15);
    std::size_t answer_limit_ = std::size_t{1024} * 1024;

    mutable std::mutex mutex_;  // guards what the [any] functions touch
    cedar_invocation running_{0, 0};
    cedar_invocation last_{0, 0};
    void* instance_ = nullptr;
    std::string id_;
    detail::Time deadline_{};
    bool cancelled_ = false;
    bool cancel_next_ = false;
    Outcome outcome_;
    std::vector<std::string> replies_;
    std::vector<Called> calls_;
    std::vector<Emitted> emits_;
    std::vector<Logged> logs_;
};

class FakeHost::Instance {
public:
    Instance(FakeHost& host, std::string id, void* instance)
        : host_(host), id_(std::move(id)), instance_(instance) {}
    ~Instance() { host_.entry_.destroy(instance_); }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    Outcome run(std::string_view input) { return host_.invoke(instance_, id_, input); }

private:
    FakeHost& host_;
    std::string id_;
    void* instance_;
};

}  // namespace cedar::testing

#include <cedar/detail/fake_host.hpp>
