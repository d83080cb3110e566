// The same library gives the same answers in the host's process and in a worker: every plugin that ships, every
// example of the SDK.
#include "host/loader/library.hpp"
#include "host/runtime/in_process_host.hpp"
#include "tests/integration/worker/worker_fixture.hpp"

#include <array>
#include <filesystem>
#include <tuple>

namespace cedar::host::worker {
namespace {

// Replies to every request alike, so that both modes hear the same.
class CannedService final : public Service {
public:
    CannedService(std::string name, std::string body) : name_(std::move(name)), body_(std::move(body)) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] Cancel call(ServiceCall, Done done) override {
        ServiceReply reply;
        reply.body = body_;
        done(std::move(reply));
        return {};
    }

private:
    const std::string name_, body_;
};

constexpr std::array kInputs = {
    R"({"text":"What is a component?","query":"What is a component?","project_id":1,"branch_id":1,"thread_id":1})",
    R"({"request":{"text":"What?","project_id":1,"branch_id":1,"thread_id":1},"messages":[],"candidates":[]})",
    R"({})",
};

// One of the examples does nothing but wait.
std::string config_of(const Manifest& manifest) {
    return manifest.config_schema.find("\"seconds\"") == std::string::npos ? "" : R"({"seconds":0})";
}

class Parity : public WorkerTest {
protected:
    void SetUp() override {
        services_.add(std::make_shared<CannedService>("store.search", R"({"results":[]})"));
        services_.add(std::make_shared<CannedService>("prompt.render", R"({"messages":[]})"));
        services_.add(std::make_shared<CannedService>("timer.sleep", "{}"));
        open();
    }
    using Outcome = std::tuple<ResultStatus, std::string, std::string, std::string>;
    static Outcome outcome_of(const ComponentResult& result) {
        return {result.status, result.content, result.error ? result.error->code : "",
                result.error ? result.error->message : ""};
    }
    Outcome run_input(const ComponentPtr& component, const std::string& input) {
        start(component, ++slot_, input);
        return outcome_of(seen_->wait_for(slot_));
    }
    void compare(const std::filesystem::path& file) {
        const auto found = loader::inspect_file(file).value();
        ASSERT_TRUE(found.manifest) << file;
        auto library = loader::Library::load(file);
        ASSERT_TRUE(library) << library.error().message;
        ASSERT_TRUE(library->init(*here_.table())) << file;
        WorkerPlugin there;
        there.file = there.copy = file.string();
        for (const Manifest& manifest : found.manifest->components) {
            there.components.push_back({manifest, config_of(manifest)});
        }
        const auto remote = add(std::move(there));
        for (std::size_t i = 0; i < remote.size(); ++i) {
            const Manifest& manifest = found.manifest->components[i];
            auto invoker = here_.make_invoker(library->entry(), manifest, config_of(manifest));
            ASSERT_TRUE(invoker) << invoker.error().message;
            const auto local = make_component(manifest, *invoker, "file", schemas_).value();
            for (const char* input : kInputs) {
                EXPECT_EQ(run_input(local, input), run_input(remote[i], input)) << manifest.id << " " << input;
            }
        }
        libraries_.push_back(std::move(*library));
    }
    void compare_all(const char* folder) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() != ".so") continue;
            compare(entry.path());
            ++count;
        }
        EXPECT_GT(count, 0U) << folder;
    }

    std::vector<loader::Library> libraries_;  // outlive the host below
    runtime::InProcessHost here_{control_, services_, log_};
};

TEST_F(Parity, OfWhatShips) {
    compare_all(CEDAR_BUILT_PLUGINS);
}

TEST_F(Parity, OfTheExamples) {
    compare_all(CEDAR_BUILT_EXAMPLES);
}

}  // namespace
}  // namespace cedar::host::worker
