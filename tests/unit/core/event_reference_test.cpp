#include "host/core/event_reference.hpp"

#include "host/core/event_writer.hpp"
#include "host/core/json.hpp"
#include "host/core/turn.hpp"
#include "tests/support/event_schema.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cedar::host {
namespace {

constexpr std::size_t kMax = 65536;

class EventReference : public testing::Test {
protected:
    static EventWriter begin(EventType type) {
        return EventWriter({type, 3, kRun, kRun, "2026-01-02T03:04:05.000006Z", 7, 11});
    }
    EventPtr refer(const EventPtr& event) {
        auto made = with_references(event, kMax, [this](std::string body) -> std::optional<BodyReference> {
            if (full_) return std::nullopt;
            const auto name = std::string(63, '0') + std::to_string(kept_.size());
            const auto bytes = body.size();
            kept_[name] = std::move(body);
            return BodyReference{name, bytes, "/b/" + name};
        });
        EXPECT_TRUE(is_event(made->json));
        EXPECT_EQ(made->seq, event->seq);
        EXPECT_EQ(made->eid, event->eid);
        EXPECT_EQ(made->type, event->type);
        return made;
    }
    // The bytes that one reference of the event stands for.
    std::string body_of(const EventPtr& event, std::string_view owner, std::string_view key) const {
        const auto document = parse_json(event->json, {.max_bytes = 1 << 24});
        const auto* value = find_member(*document, owner);
        if (value != nullptr && !key.empty()) value = find_member(*value, key);
        if (value == nullptr) return "(no reference)";
        const auto found = kept_.find(std::string(string_member(*value, "sha256")));
        if (found == kept_.end()) return "(not kept)";
        EXPECT_EQ(find_member(*value, "bytes")->GetUint64(), found->second.size());
        EXPECT_EQ(string_member(*value, "url"), "/b/" + found->first);
        return found->second;
    }

    static constexpr const char* kRun = "0123456789abcdef0123456789abcdef";
    std::map<std::string, std::string> kept_;
    bool full_ = false;
};

TEST_F(EventReference, LeavesSmallEventsAlone) {
    const auto event = begin(EventType::message).text("role", "user").text("text", "Why?").finish();
    EXPECT_EQ(refer(event), event);
    EXPECT_TRUE(kept_.empty());
}

TEST_F(EventReference, StandsForALargePromptThatIsKeptWhole) {
    const auto messages =
        prompt_to_json({{"system", "Be short."}, {"user", std::string(200000, 'x') + "\"\n\xc3\xa4"}});
    const auto event = refer(begin(EventType::debug).text("component", "a.b").raw("prompt", messages).finish());
    EXPECT_LT(event->json.size(), 1024U);
    EXPECT_EQ(body_of(event, "prompt", "ref"), messages);
}

TEST_F(EventReference, KeepsWhatIsSmallBesideWhatIsLarge) {
    const auto messages = prompt_to_json({{"user", std::string(kMax, 'x')}});
    const auto event = refer(begin(EventType::prompt).raw("messages", messages).finish());
    const auto document = parse_json(event->json);
    EXPECT_EQ(string_member(*document, "type"), "prompt");
    EXPECT_EQ(find_member(*document, "seq")->GetInt(), 3);
}

TEST_F(EventReference, LeavesTheBeginningOfALongText) {
    std::string text(8191, 'x');
    text += "\xc3\xa4" + std::string(100000, 'y');
    const auto event = refer(begin(EventType::message).text("role", "user").text("text", text).finish());
    const auto document = parse_json(event->json);
    EXPECT_EQ(string_member(*document, "text"), std::string(8191, 'x') + "…") << "whole characters only";
    EXPECT_EQ(body_of(event, "text_ref", ""), json_string(text));
}

TEST_F(EventReference, KeepsAFinalsTextWhereThatSuffices) {
    const std::string text(40000, 'x');
    const auto call = R"({"function":"final","args":{"text":")" + text + R"("}})";
    const auto event =
        refer(begin(EventType::final)
                  .text("text", text)
                  .raw("json", call)
                  .text("status", "complete")
                  .raw("coverage", R"({"selected":0,"ok":0})")
                  .raw("missing", "[]")
                  .raw("prompts", "{}")
                  .raw("aggregator", R"({"id":"a.b","version":"1.0.0","llm":false,"repairs":0})")
                  .raw("usage", R"({"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":0})")
                  .raw("timing", R"({"total_ms":1.5,"queue_ms":0,"prepare_ms":0,"fan_out_ms":0,"aggregate_ms":0,)"
                                 R"("save_ms":0,"budget_ms":60000})")
                  .finish());
    const auto document = parse_json(event->json);
    EXPECT_EQ(string_member(*document, "text"), text);
    EXPECT_EQ(body_of(event, "json", "ref"), call);
    EXPECT_NE(event->json.find(R"("total_ms":1.5,)"), std::string::npos);
}

TEST_F(EventReference, ReachesIntoACallAndItsError) {
    const std::string detail(kMax, 'd');
    const auto event = refer(begin(EventType::action)
                                 .text("function", "component_result")
                                 .text("text", "a.b error")
                                 .open("call")
                                 .text("component", "a.b")
                                 .text("version", "1.0.0")
                                 .text("status", "error")
                                 .raw("error", R"({"code":"x","message":"no","detail":")" + detail +
                                                   R"(","retryable":false,"source":"component"})")
                                 .raw("duration_ms", "1")
                                 .number("attempts", 1)
                                 .close()
                                 .finish());
    EXPECT_LT(event->json.size(), 20000U);
    ASSERT_EQ(kept_.size(), 1U);
    EXPECT_EQ(kept_.begin()->second, json_string(detail));
    EXPECT_NE(event->json.find(R"("detail_ref":{)"), std::string::npos);
}

TEST_F(EventReference, CutsAnErrorInBothItsTexts) {
    const auto event = refer(begin(EventType::error)
                                 .text("error", std::string(50000, 'e'))
                                 .text("code", "x")
                                 .text("detail", std::string(60000, 'd'))
                                 .finish());
    EXPECT_LE(event->json.size(), kMax);
    EXPECT_EQ(body_of(event, "detail_ref", ""), json_string(std::string(60000, 'd')));
}

TEST_F(EventReference, LeavesWholeWhatCannotBeKept) {
    full_ = true;
    const auto event =
        begin(EventType::prompt).raw("messages", prompt_to_json({{"user", std::string(kMax, 'x')}})).finish();
    EXPECT_EQ(refer(event), event);
}

}  // namespace
}  // namespace cedar::host
