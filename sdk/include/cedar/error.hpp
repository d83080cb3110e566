#pragma once
#include <cedar/abi.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cedar {

// What a provider behind a service said when it refused, in its own words.
struct ProviderWords {
    std::int32_t status = 0;  // HTTP
    std::string code = {};
    std::string message = {};
    bool operator==(const ProviderWords&) const = default;
};

// Why a component, a service or a conversion failed. Throw it from a component, or return it in a Result.
//
// `code` is snake_case and open; the codes of code_of() become the status of the same name at the boundary,
// any other ("no_passages") travels as it is. `message` is one sentence for a person: what was expected,
// what came and where. `detail` is for the operator. `retryable`: the same call may work later. `source` is
// "transport" or "provider" where one of these failed, else empty; `provider` has the provider's own words, apart
// from ours.
class Error : public std::exception {
public:
    Error(std::string its_code, std::string its_message, std::string its_detail = {}, bool try_again = false)
        : code(std::move(its_code)),
          message(std::move(its_message)),
          detail(std::move(its_detail)),
          retryable(try_again) {}

    const char* what() const noexcept override { return message.c_str(); }

    std::string code;
    std::string message;
    std::string detail;
    bool retryable = false;
    std::string source = {};
    std::optional<ProviderWords> provider = {};
};

namespace detail {
struct CodeName {
    cedar_status status;
    std::string_view code;
};
inline constexpr CodeName code_names[] = {
    {CEDAR_INTERNAL, "internal"},
    {CEDAR_INVALID_ARGUMENT, "invalid_argument"},
    {CEDAR_INVALID_CONFIG, "invalid_config"},
    {CEDAR_NOT_FOUND, "not_found"},
    {CEDAR_DENIED, "denied"},
    {CEDAR_UNSUPPORTED, "unsupported"},
    {CEDAR_CANCELLED, "cancelled"},
    {CEDAR_DEADLINE, "deadline"},
    {CEDAR_LIMIT, "limit"},
    {CEDAR_STALE, "stale"},
    {CEDAR_UNAVAILABLE, "unavailable"},
};
}  // namespace detail

// The code of a status; "internal" for one that this SDK does not know. Thread: any.
[[nodiscard]] constexpr std::string_view code_of(cedar_status status) {
    for (const auto& name : detail::code_names) {
        if (name.status == status) return name.code;
    }
    return "internal";
}

// The status of a code; CEDAR_INTERNAL for a component's own code. Thread: any.
[[nodiscard]] constexpr cedar_status status_of(std::string_view code) {
    for (const auto& name : detail::code_names) {
        if (name.code == code) return name.status;
    }
    return CEDAR_INTERNAL;
}

// A value or an Error, for those who do not want to throw.
template <class T>
class [[nodiscard]] Result {
public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Throws the Error when there is no value.
    [[nodiscard]] T& value() & {
        require();
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const& {
        require();
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        require();
        return std::move(*std::get_if<0>(&state_));
    }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    // Requires !ok(); throws std::bad_variant_access otherwise.
    [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

private:
    void require() const {
        if (const auto* error = std::get_if<1>(&state_)) throw Error(*error);
    }

    std::variant<T, Error> state_;
};

}  // namespace cedar
