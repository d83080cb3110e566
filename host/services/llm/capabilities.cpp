#include "host/services/llm/capabilities.hpp"

#include "host/core/json.hpp"

namespace cedar::host::services::llm {

std::string to_json(const Capabilities& capabilities, std::string_view model) {
    std::string out = "{\"model\":" + json_string(model);
    const auto flag = [&out](const char* name, bool value) {
        out += std::string(",\"") + name + "\":" + (value ? "true" : "false");
    };
    flag("json_schema", capabilities.json_schema);
    flag("json_object", capabilities.json_object);
    flag("tools", capabilities.tools);
    flag("stream_usage", capabilities.stream_usage);
    return out + ",\"source\":" + json_string(capabilities.source) + "}";
}

std::optional<Capabilities> capabilities_of(std::span<const std::string> names) {
    Capabilities out;
    out.source = "configuration";
    for (const std::string& name : names) {
        if (name == "json_schema") {
            out.json_schema = true;
        } else if (name == "json_object") {
            out.json_object = true;
        } else if (name == "tools") {
            out.tools = true;
        } else if (name == "stream_usage") {
            out.stream_usage = true;
        } else if (name != "none") {
            return std::nullopt;
        }
    }
    return out;
}

bool allows(const Capabilities& capabilities, std::string_view mode) {
    if (mode == "json_schema") return capabilities.json_schema;
    if (mode == "json_object") return capabilities.json_object;
    return mode != "tools" || capabilities.tools;
}

}  // namespace cedar::host::services::llm
