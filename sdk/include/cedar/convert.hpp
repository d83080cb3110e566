#pragma once
#include <cedar/detail/read.hpp>
#include <cedar/detail/write.hpp>

namespace cedar {

enum class Unknown {
    ignore,  // members that T does not describe are passed over
    refuse,
};

// Reads a T from JSON text: at most 64 levels deep, UTF-8. A field that is absent must be optional or have a
// default. Throws Error invalid_argument: "expected a string at /text, got 3". Thread: any.
template <class T>
[[nodiscard]] T from_json(std::string_view text, Unknown unknown = Unknown::ignore) {
    const auto document = detail::parse_dom(text);
    T value{};
    detail::DomReader(unknown == Unknown::refuse).read(document, value, detail::Path{});
    return value;
}

// The JSON text of a value, compact, members in the described order, an empty optional member left out.
// Throws Error invalid_output where text is not UTF-8 or a number not finite; the message says where. Thread: any.
template <class T>
[[nodiscard]] std::string to_json(const T& value) {
    std::string out;
    detail::JsonWriter(out).write(value, detail::Path{});
    return out;
}

template <class T>
T Json::as() const {
    return from_json<T>(text_);
}

// A value of any described type as Json.
template <class T>
[[nodiscard]] Json json_of(const T& value) {
    return Json(to_json(value));
}

}  // namespace cedar
