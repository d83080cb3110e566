#pragma once
#include "tests/support/llm_stub_process.hpp"
#include "tests/system/cedar_fixture.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host {

// A host of its own that asks a model which is the stub.
class ModelTest : public CedarTest {
protected:
    static constexpr const char* kKey = "canary-0123456789-of-the-key";
    static constexpr const char* kFinal =
        R"({"function":"final","args":{"text":"A hundred years.","title":"Slate roofs","run_summary":["read"]}})";
    static constexpr const char* kQuestion =
        R"({"action":"chat","content":"How long does a slate roof last?","debug":true})";

    using Environment = std::map<std::string, std::string>;
    // The key and the stub's address; quick retries. The endpoint's abilities are configured, so nothing is probed.
    [[nodiscard]] Environment model_environment() const;
    [[nodiscard]] std::unique_ptr<Server> serve_model(std::vector<std::string> more = {},
                                                      const Environment& extra = {}) const;
    // A server of its own, one question, its run.
    [[nodiscard]] SeenRun ask_model(const std::vector<std::string>& more = {},
                                    const std::string& request = kQuestion) const;

    // Rules of one reply for every call.
    static std::string always(const std::string& reply) { return "{\"rules\":[{\"reply\":" + reply + "}]}"; }
    static std::string text_reply(const std::string& text, const std::string& more = "");

    LlmStubProcess stub_{CEDAR_LLM_STUB};
};

// The events of that type; with `component` only those of it.
std::vector<std::string> events_of(const SeenRun& run, const std::string& type, const std::string& component = "");
// A member of a member …: path("final", {"aggregator", "model", "mode"}).
std::string path(const std::string& json, const std::vector<std::string>& names);
// At least so many prompts were shown, each of at least three messages with one of role system among them.
void expect_prompts(const SeenRun& run, std::size_t at_least);
// Ended once, in an error whose text begins so; with the aggregator's prompt shown.
testing::AssertionResult failed_with(const SeenRun& run, const std::string& error);

}  // namespace cedar::host
