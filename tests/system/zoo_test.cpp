// The zoo: every library of tests/bad_plugins that is wrong in a way of its own, dropped into the folder of a host
// that serves others meanwhile. After each, the host is as it was before.
#include "zoo_table.hpp"

#include "host/runtime/sanitizer_fibers.hpp"
#include "plugin_folder.hpp"

#include <set>

namespace cedar::host {
namespace {

class Zoo : public PluginFolderTest {
protected:
    // A host in which everything dropped in runs in this mode, and nothing is put away for crashing often.
    void open(const std::string& mode) {
        drop("aggregates");
        drop("good");
        std::vector<std::string> settings{"--set", "component.blocking_idle_ms=50"};
        if (has_worker_processes()) {
            for (const std::string& one :
                 {"isolation.default=" + mode, std::string("worker.grace_ms=200"),
                  std::string("worker.probe_time_ms=2000"), std::string("worker.memory_bytes=268435456"),
                  std::string("worker.breaker_failures=0"), std::string("worker.quarantine_crashes=0")}) {
                settings.insert(settings.end(), {"--set", one});
            }
        }
        server_ = serve_folder(settings);
        project_ = project_id(*server_);
        EXPECT_EQ(result_of(ask({"fixture.good"}), "fixture.good").status, "ok");
        base_ = use_of(server_->process().pid());
    }

    [[nodiscard]] SeenRun ask(const std::vector<std::string>& components) {
        return chat(server_->port(), project_, request(components));
    }

    void meet(const Animal& animal, const Fate& fate) {
        const std::string file = std::string(animal.name) + ".so";
        drop(animal.name);
        const ListedPlugin found = settled(*server_, file);
        std::string what = found.state, words = found.reason;
        if (found.state == "ready") {
            EXPECT_TRUE(eventually([&] { return is_in_use(file); })) << animal.name;
            const std::string component = std::string("fixture.") + animal.name;
            const SeenRun run = ask({component, "fixture.good"});
            const ListedResult result = result_of(run, component);
            what = run.last_type == "error" ? "no run" : result.status;
            words = what == "ok" ? result.content : result.message;
            if (what == "no run") {
                words = member(run.events.back(), "error");
            } else {
                EXPECT_EQ(result_of(run, "fixture.good").status, "ok") << animal.name << "\n" << run.all();
            }
        }
        EXPECT_EQ(what, fate.what) << animal.name << ": " << words;
        std::string_view expected = fate.words;
        std::string got = shown(words, file);
        if (expected.ends_with('*')) {
            expected.remove_suffix(1);
            EXPECT_TRUE(got.starts_with(expected)) << animal.name << ": " << got;
        } else {
            EXPECT_EQ(got, expected) << animal.name;
        }
        remove(file);
        expect_as_before(animal.name, file);
    }

    // The registry that runs choose from is told after the list of files is.
    [[nodiscard]] bool is_in_use(const std::string& file) const {
        http::Client client(server_->port());
        const auto answer = client.ask("GET", "/api/components");
        return answer && answer->body.find("/" + file + "\"") != std::string::npos;
    }

    // What is said of paths and times is not the same twice.
    [[nodiscard]] std::string shown(std::string words, const std::string& file) const {
        const std::string path = (plugins() / file).string();
        for (auto at = words.find(path); at != std::string::npos; at = words.find(path)) {
            words.replace(at, path.size(), "$FILE");
        }
        return words;
    }

    void expect_as_before(const std::string& name, const std::string& file) {
        ASSERT_TRUE(server_->process().running()) << name << "\n" << server_->process().err();
        EXPECT_TRUE(eventually([&] {
            return listed(*server_, file).empty() && is_back(server_->process().pid(), base_);
        })) << name
            << ": descriptors, threads, children " << use_of(server_->process().pid()).descriptors << " "
            << use_of(server_->process().pid()).threads << " " << use_of(server_->process().pid()).children
            << ", before " << base_.descriptors << " " << base_.threads << " " << base_.children;
        EXPECT_EQ(result_of(ask({"fixture.good"}), "fixture.good").status, "ok") << name;
    }

    std::unique_ptr<Server> server_;
    std::string project_;
    ProcessUse base_;
};

TEST_F(Zoo, IsKeptInByWorkerProcesses) {
    if (runtime::kSanitized) GTEST_SKIP() << "a sanitizer ends such processes in its own words";
    if (!has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
    open("process");
    for (const Animal& animal : kZoo) meet(animal, animal.process);
    EXPECT_EQ(server_->stop(), 0);
}

TEST_F(Zoo, IsKeptInByTheHostAsFarAsItCan) {
    open("in-process");
    for (const Animal& animal : kZoo) {
        if (animal.in_process.what == nullptr) continue;
        const bool by_probe = animal.in_process.what == std::string_view("quarantined");
        if (by_probe && !has_worker_processes()) continue;
        meet(animal, animal.in_process);
    }
    EXPECT_EQ(server_->stop(), 0);
}

TEST(ZooTable, HasFortyAtLeastAndEachOnce) {
    std::set<std::string> names;
    for (const Animal& animal : kZoo) EXPECT_TRUE(names.insert(animal.name).second) << animal.name;
    EXPECT_GE(names.size(), 40U);
}

}  // namespace
}  // namespace cedar::host
