#pragma once
// The bodies of FakeHost; included by <cedar/testing.hpp>.
#include <cedar/testing.hpp>

#include <algorithm>

namespace cedar::testing {

inline FakeHost::FakeHost(const cedar_entry& entry, std::string_view manifest)
    : entry_(entry),
      table_{{sizeof(cedar_host), CEDAR_ABI_MAJOR, CEDAR_ABI_MINOR, answer, fail, call, emit, log, is_cancelled},
             this} {
    struct {
        std::string id;
        std::vector<std::string> needs;
    } one;
    if (!manifest.empty()) {
        const auto document = detail::parse_dom(manifest);
        for (const auto& component : detail::dom_member(document, "components")->GetArray()) {
            const auto* needs = detail::dom_member(component, "needs");
            one.needs.clear();
            detail::DomReader reader(false);
            reader.read(*detail::dom_member(component, "id"), one.id, {});
            if (needs != nullptr) reader.read(*needs, one.needs, {});
            needs_[one.id] = one.needs;
        }
    }
    detail::FakeClock::install();
    const auto status = entry_.init(&table_.host);
    if (status != CEDAR_OK) throw Error(std::string(code_of(status)), "the plugin's init refused this host");
}

inline FakeHost::~FakeHost() {
    entry_.deinit();
    detail::FakeClock::remove();
}

inline FakeHost& FakeHost::on(std::string service, Handler handler) {
    script_[std::move(service)].push_back(std::move(handler));
    return *this;
}
inline FakeHost& FakeHost::reply(std::string service, Json body) {
    return on(std::move(service), [body](const Json&) { return body; });
}
inline FakeHost& FakeHost::fail(std::string service, Error error) {
    return on(std::move(service), [error](const Json&) -> Json { throw Error(error); });
}
inline FakeHost& FakeHost::on_emit(std::function<void(const Emitted&)> watch) {
    watch_ = std::move(watch);
    return *this;
}
inline FakeHost& FakeHost::timeout(std::chrono::nanoseconds limit) {
    limit_ = limit;
    return *this;
}
inline FakeHost& FakeHost::answer_limit(std::size_t bytes) {
    answer_limit_ = bytes;
    return *this;
}

inline void FakeHost::cancel() {
    cedar_invocation running{};
    void* instance = nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (running_.id == 0) {
            cancel_next_ = true;
            return;
        }
        cancelled_ = true;
        running = running_;
        instance = instance_;
    }
    if (entry_.cancel != nullptr) entry_.cancel(instance, running);
}

inline Outcome FakeHost::run(std::string_view id, std::string_view input, std::string_view config) {
    void* instance = nullptr;
    auto refused = made(id, config, &instance);
    if (refused.status != CEDAR_OK) return refused;
    const Instance guard(*this, std::string(id), instance);
    return invoke(instance, id, input);
}

inline FakeHost::Instance FakeHost::create(std::string_view id, std::string_view config) {
    void* instance = nullptr;
    auto refused = made(id, config, &instance);
    if (refused.status != CEDAR_OK) throw Error(*refused.error);
    return {*this, std::string(id), instance};
}

inline Outcome FakeHost::made(std::string_view id, std::string_view config, void** instance) {
    {
        const std::lock_guard lock(mutex_);
        running_ = {last_.id + 1, 1};  // the scope in which create may fail and log
        last_ = running_;
        outcome_ = {};
    }
    const auto status = entry_.create(&table_.host, running_, detail::view(id), detail::view(config), instance);
    const std::lock_guard lock(mutex_);
    running_ = {0, 0};
    outcome_.status = status;
    if (status != CEDAR_OK && !outcome_.error) {
        outcome_.error = Error(std::string(code_of(status)), "create failed without a word");
    }
    return std::move(outcome_);
}

inline Outcome FakeHost::invoke(void* instance, std::string_view id, std::string_view input) {
    {
        const std::lock_guard lock(mutex_);
        running_ = {last_.id + 1, 1};
        last_ = running_;
        instance_ = instance;
        id_ = id;
        deadline_ = detail::FakeClock::now() + limit_;
        cancelled_ = std::exchange(cancel_next_, false);
        outcome_ = {};
    }
    const cedar_request request{sizeof(cedar_request), 0, detail::view(input),
                                std::chrono::nanoseconds(deadline_.time_since_epoch()).count()};
    const auto status = entry_.invoke(instance, running_, &request);
    const std::lock_guard lock(mutex_);
    running_ = {0, 0};
    replies_.clear();
    outcome_.status = status;
    if (status != CEDAR_OK) {
        outcome_.answer.reset();
        if (!outcome_.error)
            outcome_.error = Error(std::string(code_of(status)), "the component failed without a word");
    } else if (!outcome_.answer) {
        outcome_.error = Error("no_answer", "invoke returned CEDAR_OK without an answer");
    } else {
        outcome_.error.reset();
    }
    return std::move(outcome_);
}

inline bool FakeHost::runs(cedar_invocation invocation) const {
    return running_.id != 0 && invocation.id == running_.id && invocation.generation == running_.generation;
}

// CEDAR_OK while the invocation may go on.
inline cedar_status FakeHost::state(cedar_invocation invocation) const {
    if (!runs(invocation)) return CEDAR_STALE;
    if (cancelled_) return CEDAR_CANCELLED;
    return detail::FakeClock::now() >= deadline_ ? CEDAR_DEADLINE : CEDAR_OK;
}

inline cedar_status FakeHost::answer(const cedar_host* host, cedar_invocation invocation, cedar_view body) {
    auto& fake = self(host);
    const std::lock_guard lock(fake.mutex_);
    if (!fake.runs(invocation)) return CEDAR_STALE;
    if (fake.outcome_.answer) return CEDAR_ALREADY;
    if (body.size > fake.answer_limit_) return CEDAR_LIMIT;
    fake.outcome_.answer = Json(std::string(detail::text(body)));
    return CEDAR_OK;
}

inline cedar_status FakeHost::fail(const cedar_host* host, cedar_invocation invocation, cedar_view error) {
    auto& fake = self(host);
    const std::lock_guard lock(fake.mutex_);
    if (!fake.runs(invocation)) return CEDAR_STALE;
    fake.outcome_.error = detail::reply_error("component", {CEDAR_INTERNAL, 0, error});
    return CEDAR_OK;
}

inline cedar_status FakeHost::emit(const cedar_host* host, cedar_invocation invocation, cedar_view kind,
                                   cedar_view body) {
    auto& fake = self(host);
    const Emitted emitted{std::string(detail::text(kind)), Json(std::string(detail::text(body)))};
    {
        const std::lock_guard lock(fake.mutex_);
        if (!fake.runs(invocation)) return CEDAR_STALE;
        if (emitted.kind != "progress" && emitted.kind != "token" && emitted.kind != "prompt") {
            return CEDAR_INVALID_ARGUMENT;
        }
        fake.emits_.push_back(emitted);
    }
    if (fake.watch_) fake.watch_(emitted);
    return CEDAR_OK;
}

inline cedar_status FakeHost::log(const cedar_host* host, cedar_invocation invocation, cedar_log_level level,
                                  cedar_view message) {
    auto& fake = self(host);
    const std::lock_guard lock(fake.mutex_);
    if (invocation.id != 0 && !fake.runs(invocation)) return CEDAR_STALE;
    fake.logs_.push_back({static_cast<LogLevel>(level), std::string(detail::text(message))});
    return CEDAR_OK;
}

inline int32_t FakeHost::is_cancelled(const cedar_host* host, cedar_invocation invocation) {
    auto& fake = self(host);
    const std::lock_guard lock(fake.mutex_);
    return fake.state(invocation) == CEDAR_OK ? 0 : 1;
}

}  // namespace cedar::testing

#include <cedar/detail/fake_services.hpp>
