// Every prompt that ships, rendered with values that try to be more than values.
#include "host/services/prompt_renderer.hpp"
#include "tests/support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace cedar::host::services {
namespace {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "<component id>/<name>" of each file in the prompts folder.
std::vector<std::string> shipped() {
    std::vector<std::string> ids;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(CEDAR_PROMPTS_DIR))
        if (entry.is_regular_file() && entry.path().filename() != "README.md")
            ids.push_back(entry.path().parent_path().filename().string() + "/" + entry.path().stem().string());
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::string file_name(std::string id) {
    id[id.find('/')] = '.';
    return id;
}

std::string test_name(std::string id) {
    for (auto& c : id)
        if (c == '.' || c == '/') c = '_';
    return id;
}

class ShippedPrompt : public testing::TestWithParam<std::string> {
protected:
    static std::vector<PromptMessage> render(const std::string& id) {
        const auto prompt = parse_prompt(id, text_of(std::filesystem::path(CEDAR_PROMPTS_DIR) / (id + ".md")));
        if (!prompt) throw std::runtime_error(prompt.error().message);
        const auto values = parse_json(text_of(std::string(CEDAR_VALUES_DIR) + "/" + file_name(id) + ".json"));
        if (!values) throw std::runtime_error("values of " + id + ": " + values.error().message);
        auto messages = render_prompt(*prompt, *values);
        if (!messages) throw std::runtime_error(messages.error().message);
        return std::move(*messages);
    }
};

INSTANTIATE_TEST_SUITE_P(All, ShippedPrompt, testing::ValuesIn(shipped()),
                         [](const auto& tested) { return test_name(tested.param); });

TEST_P(ShippedPrompt, RendersAsBefore) {
    std::string text;
    for (const auto& message : render(GetParam())) text += "== " + message.role + "\n" + message.content + "\n";
    EXPECT_TRUE(matches_golden("prompts/" + file_name(GetParam()) + ".txt", text));
}

// What every debug prompt of the canonical chat is held to.
TEST_P(ShippedPrompt, HasThreeMessagesAndASystemMessage) {
    const auto messages = render(GetParam());
    EXPECT_GE(messages.size(), 3U);
    EXPECT_EQ(messages.front().role, "system");
    for (const auto& message : messages) EXPECT_FALSE(message.content.empty()) << message.role;
}

// The values hold template syntax and a line that would begin a system message.
TEST_P(ShippedPrompt, LeavesItsValuesText) {
    std::size_t systems = 0;
    std::string all;
    for (const auto& message : render(GetParam())) {
        if (message.role == "system") ++systems;
        all += message.content;
    }
    EXPECT_EQ(systems, 1U);
    EXPECT_NE(all.find("{{mark}} # system"), std::string::npos);
}

TEST(ShippedPrompts, AreThere) {
    EXPECT_GE(shipped().size(), 6U);
}

class AggregatorPrompt : public ShippedPrompt {};
INSTANTIATE_TEST_SUITE_P(Both, AggregatorPrompt, testing::Values(std::string("aggregator.llm/aggregate")));

TEST_P(AggregatorPrompt, HasTheSevenMessagesAndARepairRepeatsThem) {
    const auto first = render(GetParam());
    const auto repair = render("aggregator.llm/repair");
    ASSERT_EQ(first.size(), 7U);
    ASSERT_EQ(repair.size(), 9U);
    for (std::size_t index = 0; index < first.size(); ++index) {
        EXPECT_EQ(first[index].role, index == 0 ? "system" : "user");
        EXPECT_EQ(first[index].content, repair[index].content);
    }
    EXPECT_EQ(repair[7].role, "assistant");
    EXPECT_EQ(repair[8].role, "user");
}

}  // namespace
}  // namespace cedar::host::services
