#include "tools/llm-stub/script.hpp"

#include "host/core/json.hpp"

namespace cedar::llm_stub {

using host::Error;
using host::ErrorCode;
using host::JsonValue;
using host::Result;

namespace {

std::optional<Fault> fault_of(std::string_view name) {
    static const std::map<std::string_view, Fault> kFaults = {
        {"close", Fault::close}, {"reset", Fault::reset},       {"hang", Fault::hang},
        {"stall", Fault::stall}, {"truncate", Fault::truncate},
    };
    const auto found = kFaults.find(name);
    if (found == kFaults.end()) return std::nullopt;
    return found->second;
}

bool take_number(std::string_view name, const JsonValue& value, Reply& reply) {
    if (!value.IsUint()) return false;
    const auto number = value.GetUint();
    if (name == "status") reply.status = static_cast<int>(number);
    if (name == "delay_ms") reply.delay = std::chrono::milliseconds(number);
    if (name == "chunk_chars") reply.chunk_chars = number;
    if (name == "chunk_gap_ms") reply.chunk_gap = std::chrono::milliseconds(number);
    if (name == "drip_bytes") reply.drip_bytes = number;
    return true;
}

bool take_headers(const JsonValue& value, Reply& reply) {
    if (!value.IsObject()) return false;
    for (const auto& header : value.GetObject()) {
        if (!header.value.IsString()) return false;
        reply.headers[header.name.GetString()] = header.value.GetString();
    }
    return true;
}

bool take_field(std::string_view name, const JsonValue& value, Reply& reply) {
    if (name == "headers") return take_headers(value, reply);
    if (name == "endless" || name == "latin1") {
        (name == "endless" ? reply.endless : reply.latin1) = value.IsBool() && value.GetBool();
        return value.IsBool();
    }
    if (name == "text" || name == "body" || name == "content_type" || name == "fault") {
        if (!value.IsString()) return false;
        const std::string text(value.GetString(), value.GetStringLength());
        if (name == "text") reply.text = text;
        if (name == "body") reply.body = text;
        if (name == "content_type") reply.content_type = text;
        if (name == "fault") {
            const auto fault = fault_of(text);
            if (!fault) return false;
            reply.fault = *fault;
        }
        return true;
    }
    const bool number = name == "status" || name == "delay_ms" || name == "chunk_chars" || name == "chunk_gap_ms" ||
                        name == "drip_bytes";
    return number && take_number(name, value, reply);
}

// U+0000 to U+00FF as one byte each; JSON was checked, so each is one or two bytes here.
std::string as_bytes(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto first = static_cast<unsigned char>(text[at]);
        if (first < 0x80U || at + 1 == text.size()) {
            out += text[at];
            continue;
        }
        const auto second = static_cast<unsigned char>(text[++at]);
        out += static_cast<char>(((first & 0x03U) << 6U) | (second & 0x3FU));
    }
    return out;
}

Error bad(std::size_t rule, std::string_view field) {
    return Error{
        ErrorCode::invalid_argument,
        "rules[" + std::to_string(rule) + "]." + std::string(field) + ": not a field of a rule, or not of its type",
        {}};
}

Result<Rule> parse_rule(const JsonValue& value, std::size_t index) {
    Rule rule;
    if (!value.IsObject()) return bad(index, "");
    for (const auto& member : value.GetObject()) {
        const std::string_view name = member.name.GetString();
        if (name == "contains" && member.value.IsString()) {
            rule.contains = member.value.GetString();
        } else if (name == "times" && member.value.IsUint()) {
            rule.times = member.value.GetUint();
        } else if (name == "reply" && member.value.IsObject()) {
            for (const auto& field : member.value.GetObject()) {
                if (!take_field(field.name.GetString(), field.value, rule.reply)) {
                    return bad(index, std::string("reply.") + field.name.GetString());
                }
            }
            if (rule.reply.latin1) rule.reply.body = as_bytes(rule.reply.body);
        } else {
            return bad(index, name);
        }
    }
    return rule;
}

}  // namespace

Result<Script> Script::parse(std::string_view json) {
    host::JsonLimits limits;
    limits.max_bytes = std::size_t{32} << 20;
    auto document = host::parse_json(json, limits);
    if (!document) return document.error();
    const auto* rules = document->IsObject() ? host::find_member(*document, "rules") : nullptr;
    if (rules == nullptr || !rules->IsArray()) {
        return Error{ErrorCode::invalid_argument, "expected an object with an array of rules", {}};
    }
    Script script;
    for (const auto& value : rules->GetArray()) {
        auto rule = parse_rule(value, script.rules_.size());
        if (!rule) return rule.error();
        script.rules_.push_back(std::move(*rule));
    }
    script.used_.resize(script.rules_.size());
    return script;
}

Reply Script::reply_to(std::string_view body) {
    for (std::size_t index = 0; index < rules_.size(); ++index) {
        const auto& rule = rules_[index];
        if (rule.times != 0 && used_[index] >= rule.times) continue;
        if (body.find(rule.contains) == std::string_view::npos) continue;
        ++used_[index];
        return rule.reply;
    }
    Reply none;
    none.status = 500;
    none.body = R"({"error":{"message":"no rule of the stub fits this request","code":"no_rule"}})";
    return none;
}

}  // namespace cedar::llm_stub
