#pragma once
#include <cedar/detail/signature.hpp>

#include <cxxabi.h>  // tidy: allow include-layer (the demangler of the C++ library itself)

#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace cedar::detail {

// For the operator: the error's own detail, and what a provider said.
inline std::string detail_of(const Error& error) {
    if (!error.provider) return error.detail;
    std::string out = error.detail.empty() ? "" : error.detail + "; ";
    out += "the provider said " + std::to_string(error.provider->status);
    if (!error.provider->code.empty()) out += " " + error.provider->code;
    return error.provider->message.empty() ? out : out + ": " + error.provider->message;
}

// Tells the host why; what does not fit into memory is left unsaid, the status still goes.
inline cedar_status report(const cedar_host& host, cedar_invocation scope, const Error& error) noexcept {
    try {
        std::string body = "{\"code\":";
        append_json_string(body, error.code);
        body += ",\"message\":";
        append_json_string(body, error.message);
        body += ",\"detail\":";
        append_json_string(body, detail_of(error));
        if (!error.source.empty()) {
            body += ",\"source\":";
            append_json_string(body, error.source);
        }
        body += error.retryable ? ",\"retryable\":true}" : ",\"retryable\":false}";
        host.fail(&host, scope, view(body));
    } catch (...) {
        host.fail(&host, scope, view("{\"code\":\"internal\",\"message\":\"out of memory\"}"));
    }
    return status_of(error.code);
}

inline std::string type_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                      std::free);
    return name == nullptr ? type.name() : name.get();
}

// Runs `work`, which returns a status. Whatever it throws ends here and is told to the host.
template <class Work>
cedar_status barrier(const cedar_host& host, cedar_invocation scope, Work&& work) noexcept {
    try {
        try {
            return work();
        } catch (const Error& error) {
            return report(host, scope, error);
        } catch (const std::exception& error) {
            return report(host, scope, Error("exception", error.what(), type_name(typeid(error))));
        } catch (...) {
            return report(host, scope,
                          Error("exception", "the component threw something that is not an exception"));
        }
    } catch (...) {
        return CEDAR_INTERNAL;  // no memory even for the words
    }
}

// One instance of a component, what `create` hands to the host.
class Instance {
public:
    explicit Instance(const cedar_host& host) : host_(&host) {}
    virtual ~Instance() = default;
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    cedar_status invoke(cedar_invocation invocation, const cedar_request& request) noexcept {
        return barrier(*host_, invocation, [&] { return answer(invocation, request); });
    }
    virtual void cancel(cedar_invocation) noexcept {}

protected:
    // The output as JSON.
    virtual std::string run(std::string_view input, Context& context) = 0;

    const cedar_host* host_;

private:
    cedar_status answer(cedar_invocation invocation, const cedar_request& request) {
        Context context(*host_, invocation, Context::Time(std::chrono::nanoseconds(request.deadline_ns)));
        context.stop_if_cancelled();
        const std::string body = run(text(request.body), context);
        const auto status = host_->answer(host_, invocation, view(body));
        if (status == CEDAR_OK) return CEDAR_OK;
        const std::string code(code_of(status));
        throw Error(code, "the host refused an answer of " + std::to_string(body.size()) + " bytes: " + code);
    }
};

// The object behind a component: nothing for a plain function.
template <auto Run, class Class = typename Signature<Run>::Class>
struct Holder {
    Class object;

    explicit Holder(const typename Signature<Run>::Config& config) requires Configured<Class> : object(config) {}
    explicit Holder(const Nothing&) requires(!Configured<Class>) : object() {}
    template <class... Args>
    decltype(auto) operator()(Args&&... args) {
        return (object.*Run)(std::forward<Args>(args)...);
    }
};
template <auto Run>
struct Holder<Run, void> {
    explicit Holder(const Nothing&) {}
    template <class... Args>
    decltype(auto) operator()(Args&&... args) {
        return Run(std::forward<Args>(args)...);
    }
};

template <class T>
concept CancelsOne = requires(T& object, cedar_invocation invocation) {
    object.cancel(invocation);
};
template <class T>
concept CancelsAll = requires(T& object) {
    object.cancel();
};

template <auto Run>
inline constexpr bool cancels =
    CancelsOne<typename Signature<Run>::Class> || CancelsAll<typename Signature<Run>::Class>;

template <auto Run>
class InstanceOf final : public Instance {
public:
    using Types = Signature<Run>;

    InstanceOf(const cedar_host& host, const typename Types::Config& config) : Instance(host), holder_(config) {}

    void cancel(cedar_invocation invocation) noexcept override {
        try {
            if constexpr (CancelsOne<typename Types::Class>) {
                holder_.object.cancel(invocation);
            } else if constexpr (CancelsAll<typename Types::Class>) {
                holder_.object.cancel();
            }
        } catch (...) {
            host_->log(host_, invocation, CEDAR_LOG_ERROR, view("the component's cancel() threw an exception"));
        }
    }

private:
    std::string run(std::string_view input, Context& context) override {
        if constexpr (Types::Takes::input && Types::Takes::context) {
            return output(holder_(from_json<typename Types::Input>(input), context));
        } else if constexpr (Types::Takes::input) {
            return output(holder_(from_json<typename Types::Input>(input)));
        } else if constexpr (Types::Takes::context) {
            return output(holder_(context));
        } else {
            return output(holder_());
        }
    }

    static std::string output(const typename Types::Output& value) { return to_json(value); }
    static std::string output(const Result<typename Types::Output>& result) requires(
        is_a<std::remove_cvref_t<typename Types::Found::Return>, Result>) {
        return to_json(result.value());
    }

    Holder<Run> holder_;
};

// Makes an instance with the configuration in `config`, empty for the defaults. Throws Error invalid_config.
template <auto Run>
std::unique_ptr<Instance> make_instance(const cedar_host& host, std::string_view config) {
    using Config = typename Signature<Run>::Config;
    std::optional<Config> read;
    try {
        read = from_json<Config>(config.empty() ? "{}" : config, Unknown::refuse);
    } catch (const Error& error) {
        throw Error("invalid_config", "config: " + error.message, error.detail);
    }
    return std::make_unique<InstanceOf<Run>>(host, *read);
}

}  // namespace cedar::detail
