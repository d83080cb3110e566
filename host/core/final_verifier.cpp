#include "host/core/final_verifier.hpp"

#include "host/core/json.hpp"
#include "host/core/manifest_reader.hpp"
#include "host/core/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace cedar::host {
namespace {

using Problem = std::optional<Error>;

Error refuse(std::string message) {
    return {ErrorCode::invalid_argument, std::move(message), {}};
}

Problem only_keys(const JsonValue& object, std::string_view place,
                  std::initializer_list<std::string_view> allowed) {
    for (const auto& member : object.GetObject()) {
        const std::string_view name(member.name.GetString(), member.name.GetStringLength());
        if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
        std::string known;
        for (const auto key : allowed) known += (known.empty() ? "" : ", ") + std::string(key);
        return refuse(std::string(place) + "expected only the keys " + known + ", got " + shown(member.name));
    }
    return std::nullopt;
}

// `value` is null when the key is absent, which is fine.
Problem string_if_there(const JsonValue& object, std::string_view place, std::string_view key) {
    const auto* value = find_member(object, key);
    if (value == nullptr || value->IsString()) return std::nullopt;
    return refuse(std::string(place) + std::string(key) + ": expected a string, got " + shown(*value));
}

Problem check_summary(const JsonValue& args) {
    const auto* summary = find_member(args, "run_summary");
    if (summary == nullptr) return std::nullopt;
    if (!summary->IsArray()) return refuse("args.run_summary: expected a list of strings, got " + shown(*summary));
    for (rapidjson::SizeType i = 0; i < summary->Size(); ++i)
        if (!(*summary)[i].IsString())
            return refuse("args.run_summary[" + std::to_string(i) + "]: expected a string, got " +
                          shown((*summary)[i]));
    return std::nullopt;
}

Problem check_args(const JsonValue& call) {
    const auto* args = find_member(call, "args");
    if (args == nullptr) return refuse("args: expected an object with \"text\", got nothing");
    if (!args->IsObject()) return refuse("args: expected an object with \"text\", got " + shown(*args));
    if (auto problem = only_keys(*args, "args: ", {"text", "title", "run_summary"})) return problem;
    const auto* text = find_member(*args, "text");
    if (text == nullptr) return refuse("args.text: expected a string that is not blank, got nothing");
    if (!text->IsString() || trimmed(string_member(*args, "text")).empty())
        return refuse("args.text: expected a string that is not blank, got " + shown(*text));
    if (auto problem = string_if_there(*args, "args.", "title")) return problem;
    return check_summary(*args);
}

Problem check_call(const JsonValue& call) {
    if (!call.IsObject()) return refuse("expected one JSON object, got " + shown(call));
    if (auto problem = only_keys(call, "", {"function", "args", "output_to_user", "changelog_summary"}))
        return problem;
    const auto* function = find_member(call, "function");
    if (function == nullptr) return refuse("function: expected \"final\", got nothing");
    if (string_member(call, "function") != "final")
        return refuse("function: expected \"final\", got " + shown(*function));
    if (auto problem = string_if_there(call, "", "output_to_user")) return problem;
    if (auto problem = string_if_there(call, "", "changelog_summary")) return problem;
    return check_args(call);
}

}  // namespace

Result<FinalCall> verify_final(std::string_view answer, const FinalLimits& limits) {
    const auto text = trimmed(answer);
    if (text.empty()) return refuse("expected one JSON object, got nothing");
    if (text.substr(0, 3) == "```")
        return refuse("expected one JSON object and nothing else, got a Markdown fence (```) before it");
    const auto call = parse_json(text, {.max_bytes = limits.max_bytes, .max_depth = limits.max_depth});
    if (!call) return refuse("expected one JSON object and nothing else: " + call.error().message);
    if (auto problem = check_call(*call)) return std::move(*problem);
    const auto& args = *find_member(*call, "args");
    FinalCall out;
    out.json = to_json(*call);
    out.function = "final";
    out.text = trimmed(string_member(args, "text"));
    out.title = trimmed(string_member(args, "title"));
    out.changelog_summary = string_member(*call, "changelog_summary");
    return out;
}

}  // namespace cedar::host
