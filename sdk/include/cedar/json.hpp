#pragma once
#include <string>
#include <utility>

namespace cedar {

// Any JSON value, kept as its text: for a field or a reply whose shape is not known beforehand. In a schema it is
// {}. as<T>() (convert.hpp) reads it. Made from text without a check: what is not JSON is found when it is read or
// sent.
class Json {
public:
    Json() = default;
    explicit Json(std::string text) : text_(std::move(text)) {}

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool is_null() const { return text_ == "null"; }

    // Throws Error invalid_argument when the value is not a T; the message says where. Thread: any.
    template <class T>
    [[nodiscard]] T as() const;

    bool operator==(const Json& other) const = default;

private:
    std::string text_ = "null";
};

// Input or output without fields, reads anything.
struct Nothing {
    bool operator==(const Nothing&) const = default;
};

}  // namespace cedar
