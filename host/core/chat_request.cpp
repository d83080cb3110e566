#include "host/core/chat_request.hpp"

#include "host/core/json.hpp"
#include "host/core/manifest_reader.hpp"
#include "host/core/text.hpp"

#include <charconv>

namespace cedar::host {
namespace {

constexpr std::size_t kMaxIds = 1000, kMaxIdBytes = 128, kMaxMessages = 1000, kMaxRoleBytes = 32;
constexpr std::int64_t kMaxTimeoutMs = 3'600'000;

std::string_view view(const JsonValue& text) {
    return {text.GetString(), text.GetStringLength()};
}

// Reads the fields of one request; the first thing that is wrong stays.
class Reader {
public:
    explicit Reader(const JsonValue& object) : object_(object) {}

    void action() {
        const auto* value = get("action");
        if (value != nullptr && (!value->IsString() || view(*value) != "chat")) fail("action", "\"chat\"", *value);
    }

    void text(std::string_view key, std::string& out, std::size_t max_bytes) {
        const auto* value = get(key);
        if (value == nullptr) return;
        if (!value->IsString() || value->GetStringLength() > max_bytes)
            return fail(key, "a string of at most " + std::to_string(max_bytes) + " bytes", *value);
        out = trimmed(view(*value));
    }

    void id(std::string_view key, std::optional<std::int64_t>& out) {
        const auto* value = get(key);
        if (value == nullptr || (value->IsString() && value->GetStringLength() == 0)) return;
        const auto number = value->IsString() ? parsed(view(*value)) : whole(*value);
        if (!number || *number < 1) return fail(key, "a positive integer", *value);
        out = number;
    }

    void flag(std::string_view key, bool& out) {
        const auto* value = get(key);
        if (value == nullptr) return;
        const auto word = value->IsString() ? view(*value) : std::string_view{"?"};
        if (value->IsBool()) {
            out = value->GetBool();
        } else if (value->IsNumber()) {
            out = value->GetDouble() != 0;
        } else if (word == "true" || word == "1") {
            out = true;
        } else if (word != "false" && word != "0" && !word.empty()) {
            fail(key, "true or false", *value);
        }
    }

    // 1 to max.
    [[nodiscard]] std::optional<std::int64_t> count(std::string_view key, std::int64_t max) {
        const auto* value = get(key);
        if (value == nullptr) return std::nullopt;
        const auto number = whole(*value);
        if (number && *number >= 1 && *number <= max) return number;
        fail(key, "1 to " + std::to_string(max), *value);
        return std::nullopt;
    }

    void ids(std::string_view key, std::vector<std::string>& out) {
        const auto* value = get(key);
        if (value == nullptr) return;
        if (!value->IsArray() || value->Size() > kMaxIds)
            return fail(key, "a list of at most 1000 component ids", *value);
        for (rapidjson::SizeType i = 0; i < value->Size(); ++i) {
            const auto& item = (*value)[i];
            if (!item.IsString() || item.GetStringLength() == 0 || item.GetStringLength() > kMaxIdBytes)
                return fail(indexed(key, i), "a component id", item);
            out.emplace_back(view(item));
        }
    }

    void messages(std::string_view key, std::vector<PromptMessage>& out) {
        const auto* value = get(key);
        if (value == nullptr) return;
        if (!value->IsArray() || value->Size() > kMaxMessages)
            return fail(key, "a list of at most 1000 messages", *value);
        for (rapidjson::SizeType i = 0; i < value->Size(); ++i) {
            const auto& item = (*value)[i];
            const auto role = string_member(item, "role");
            const auto* content = find_member(item, "content");
            if (role.empty() || role.size() > kMaxRoleBytes || content == nullptr || !content->IsString())
                return fail(indexed(key, i), "{\"role\": string, \"content\": string}", item);
            out.push_back({std::string(role), std::string(view(*content))});
        }
    }

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    // nullptr when absent or null: the original's clients send null for what they do not say.
    const JsonValue* get(std::string_view key) const {
        const auto* value = error_ ? nullptr : find_member(object_, key);
        return value == nullptr || value->IsNull() ? nullptr : value;
    }
    static std::optional<std::int64_t> whole(const JsonValue& value) {
        if (!value.IsInt64()) return std::nullopt;
        return value.GetInt64();
    }
    static std::optional<std::int64_t> parsed(std::string_view text) {
        std::int64_t number = 0;
        text = trimmed(text);
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return number;
    }
    static std::string indexed(std::string_view key, std::size_t i) {
        return std::string(key) + '[' + std::to_string(i) + ']';
    }
    void fail(std::string_view key, const std::string& expected, const JsonValue& got) {
        if (!error_)
            error_ = Error{ErrorCode::invalid_argument,
                           std::string(key) + ": expected " + expected + ", got " + shown(got),
                           {}};
    }

    const JsonValue& object_;
    std::optional<Error> error_;
};

Result<ChatRequest> read(const JsonValue& object) {
    constexpr std::size_t kAnySize = JsonLimits{}.max_bytes;
    ChatRequest out;
    Reader in(object);
    in.action();
    in.text("content", out.content, kAnySize);
    in.id("branch_id", out.branch_id);
    in.id("thread_id", out.thread_id);
    in.id("file_id", out.file_id);
    in.id("dataset_id", out.dataset_id);
    in.flag("debug", out.debug);
    in.flag("keep_open", out.keep_open);
    in.ids("components", out.components);
    in.text("aggregator", out.aggregator, kMaxIdBytes);
    in.text("selector", out.selector, kMaxIdBytes);
    if (const auto ms = in.count("timeout_ms", kMaxTimeoutMs)) out.timeout = std::chrono::milliseconds(*ms);
    if (const auto quorum = in.count("quorum", kMaxIds)) out.quorum = static_cast<std::uint32_t>(*quorum);
    in.ids("required", out.required);
    in.messages("replay_messages", out.replay_messages);
    if (in.error()) return *in.error();
    return out;
}

}  // namespace

Result<ChatRequest> parse_chat_request(std::string_view text) {
    const auto document = parse_json(text);
    if (document) {
        if (document->IsObject()) return read(*document);
        return Error{
            ErrorCode::invalid_argument, "expected a JSON object or plain text, got " + shown(*document), {}};
    }
    if (document.error().code == ErrorCode::limit) return document.error();
    // JSON but for a key that comes twice: it was meant as a request, and which value was meant is not to be
    // guessed.
    if (check_json(text, {.unique_keys = false})) return document.error();
    ChatRequest out;
    out.content = to_utf8(trimmed(text));
    return out;
}

}  // namespace cedar::host
