#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// What an endpoint can do with a model: it did what it was asked, not only took the field.
struct Capabilities {
    bool json_schema = false, json_object = false;  // values of response_format
    bool tools = false;
    bool stream_usage = false;          // counts tokens at the end of a stream
    std::string_view source = "probe";  // "probe", "configuration" or "test_mode"
};

// {"model","json_schema","json_object","tools","stream_usage","source"}
[[nodiscard]] std::string to_json(const Capabilities& capabilities, std::string_view model);
// From names of the members, as configured. None: one of them is no such name.
[[nodiscard]] std::optional<Capabilities> capabilities_of(std::span<const std::string> names);
// Whether a call of this mode (mode_of) can be made.
[[nodiscard]] bool allows(const Capabilities& capabilities, std::string_view mode);

}  // namespace cedar::host::services::llm
