// Plugins that come, change and go while the host runs.
#include "plugin_folder.hpp"

#include <atomic>
#include <thread>

namespace cedar::host {
namespace {

class Life : public PluginFolderTest {};

TEST_F(Life, ADroppedLibraryIsUsedByTheNextRun) {
    drop("aggregates");
    const auto server = serve_folder();
    const std::string project = project_id(*server);
    EXPECT_TRUE(listed(*server, "good.so").empty());
    drop("good");
    EXPECT_EQ(settled(*server, "good.so").state, "ready");
    const SeenRun run = chat(server->port(), project, request({"fixture.good"}));
    EXPECT_EQ(run.last_type, "final") << run.all();
    EXPECT_EQ(result_of(run, "fixture.good").status, "ok") << run.all();
    http::Client client(server->port());
    const auto components = client.ask("GET", "/api/components");
    ASSERT_TRUE(components);
    EXPECT_NE(components->body.find("fixture.good"), std::string::npos);
    EXPECT_EQ(server->stop(), 0);
}

// The bad ones may hang for an hour: the others are in use while those are still being tried, and the host ends.
TEST_F(Life, ALibraryThatHangsWhenItIsTriedKeepsBackNoOther) {
    if (!has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
    drop("aggregates");
    const auto server = serve_folder({"--set", "worker.probe_time_ms=3600000", "--set", "worker.probes_at_once=1"});
    const std::string project = project_id(*server);
    const std::vector<std::string> good{"good", "waits", "sleeps"};
    drop("constructor_hangs");
    drop("init_hangs");
    for (const std::string& one : good) drop(one);
    for (const std::string& one : good) EXPECT_EQ(settled(*server, one + ".so").state, "ready") << one;
    EXPECT_EQ(listed(*server, "init_hangs.so").at(0).state, "probing");
    EXPECT_EQ(listed(*server, "constructor_hangs.so").at(0).state, "probing");
    const SeenRun run = chat(server->port(), project, request({"fixture.good"}));
    EXPECT_EQ(result_of(run, "fixture.good").status, "ok") << run.all();
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, ALibraryThatHangsWhenItIsTriedDelaysNoStart) {
    if (!has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
    drop("aggregates");
    drop("good");
    drop("init_hangs");
    const auto server = serve_folder({"--set", "worker.probe_time_ms=3600000", "--set", "loader.start_wait_ms=1"});
    EXPECT_EQ(settled(*server, "good.so").state, "ready");
    EXPECT_EQ(settled(*server, "aggregates.so").state, "ready");
    EXPECT_EQ(listed(*server, "init_hangs.so").at(0).state, "probing");
    EXPECT_EQ(server->stop(), 0);
}

// Those who try and run libraries work in other folders.
TEST_F(Life, FoldersMayBeNamedRelativeToTheWorkingFolder) {
    drop("good");
    Process listing({CEDAR_PROGRAM, "components", "--data-dir", "data", "--plugins", "plugins", "--aggregator",
                     "aggregator.extractive"},
                    {.environment = {}, .input = {}, .folder = folder_.path().string()});
    EXPECT_EQ(listing.wait(), 0) << listing.out() << listing.err();
    EXPECT_NE(listing.out().find("fixture.good"), std::string::npos) << listing.out() << listing.err();
}

TEST_F(Life, CommandsAskTheHostThatRuns) {
    drop("aggregates");
    const auto server = serve_folder();
    drop("good");
    ASSERT_EQ(settled(*server, "good.so").state, "ready");
    drop("init_fails", "good.so");
    ASSERT_TRUE(becomes(*server, "good.so", "rejected", "1"));  // the host has the one before in use
    const Ended text = run({"plugins"});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_NE(text.out.find("as the running host has them"), std::string::npos) << text.out;
    http::Client client(server->port());
    const auto listed = client.ask("GET", "/api/plugins");
    ASSERT_TRUE(listed);
    EXPECT_EQ(run({"plugins", "--json"}).out, listed->body + "\n");
    EXPECT_EQ(server->stop(), 0);
    EXPECT_NE(run({"plugins"}).out.find("no host runs on this data folder"), std::string::npos);
}

TEST_F(Life, AHalfCopiedLibraryIsRejectedUntilItIsWhole) {
    drop("aggregates");
    const auto server = serve_folder();
    const auto whole = std::filesystem::path(CEDAR_BAD_PLUGINS) / "good.so";
    std::filesystem::copy_file(whole, plugins() / "good.so");
    std::filesystem::resize_file(plugins() / "good.so", std::filesystem::file_size(whole) / 2);
    EXPECT_TRUE(eventually([&] { return settled(*server, "good.so").state == "rejected"; }));
    std::filesystem::copy_file(whole, plugins() / "good.so", std::filesystem::copy_options::overwrite_existing);
    EXPECT_TRUE(eventually([&] { return settled(*server, "good.so").state == "ready"; }));
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, WhatHappensToALibraryIsListedInItsOrder) {
    drop("aggregates");
    const auto server = serve_folder();
    const auto all = [&] {
        http::Client client(server->port());
        const auto answer = client.ask("GET", "/api/plugins");
        return answer ? answer->body : std::string();
    };
    const auto event = [&](const std::string& what, const std::string& name) {
        return "\"event\":\"" + what + "\",\"file\":\"" + (plugins() / name).string() + "\"";
    };
    drop("good");
    ASSERT_EQ(settled(*server, "good.so").state, "ready");
    drop("no_entry");
    EXPECT_EQ(settled(*server, "no_entry.so").state, "rejected");
    remove("good.so");
    EXPECT_TRUE(eventually([&] { return all().find(event("deleted", "good.so")) != std::string::npos; })) << all();
    const std::string seen = all();
    EXPECT_LT(seen.find(event("ready", "good.so")), seen.find(event("rejected", "no_entry.so"))) << seen;
    EXPECT_LT(seen.find(event("rejected", "no_entry.so")), seen.find(event("deleted", "good.so"))) << seen;
    EXPECT_NE(seen.find(event("rejected", "no_entry.so") + ",\"text\":\"no entry: expected"), std::string::npos);
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, WhatCannotBeReadRunsNowhere) {
    drop("aggregates");
    std::filesystem::create_directory(plugins() / "folder.so");
    std::filesystem::create_symlink("loop.so", plugins() / "loop.so");
    const auto server = serve_folder();
    for (const auto& [name, reason] : {std::pair{"folder.so", "not a regular file: it is a folder"},
                                       std::pair{"loop.so", "cannot be read: Too many levels of symbolic links"}}) {
        const ListedPlugin found = settled(*server, name);
        EXPECT_EQ(found.state, "rejected");
        EXPECT_EQ(found.reason, reason);
        EXPECT_EQ(found.mode, "");
    }
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, TenThousandFilesThatAreNoLibrariesHoldUpNoRun) {
    constexpr int kBeyond = 2, kFiles = 10'000 - 2 + kBeyond;  // a folder may have 10,000; two are libraries
    drop("aggregates");
    drop("good");
    const auto server = serve_folder();
    const std::string project = project_id(*server);
    ASSERT_EQ(settled(*server, "good.so").state, "ready");
    const auto answers = [&] {
        const SeenRun run = chat(server->port(), project, request({"fixture.good"}));
        return run.last_type == "final" && result_of(run, "fixture.good").status == "ok";
    };
    const auto file = [](int i) { return "n" + std::to_string(10'000 + i) + ".so"; };
    for (int i = 0; i < kFiles; ++i) {
        std::ofstream(plugins() / file(i)) << "no library";
        if (i % 2000 != 0) continue;
        EXPECT_TRUE(answers()) << i;
    }
    const ListedPlugin last = settled(*server, file(kFiles - kBeyond - 1));
    EXPECT_EQ(last.state, "rejected");
    EXPECT_TRUE(last.reason.starts_with("not an ELF file")) << last.reason;
    EXPECT_TRUE(eventually([&] {
        return server->process().err().find("expected at most 10000 libraries, left out 2") != std::string::npos;
    }));
    EXPECT_TRUE(answers());
    for (int i = 0; i < kFiles; ++i) remove(file(i));
    EXPECT_TRUE(eventually([&] { return listed(*server, file(0)).empty(); }));
    EXPECT_TRUE(answers());
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, ARunThatHasBegunFinishesOnALibraryThatIsDeleted) {
    drop("aggregates");
    drop("waits");
    const auto server = serve_folder();
    const std::string project = project_id(*server);
    http::Client client(server->port());
    ASSERT_TRUE(client.open("/ws/chat/" + project));
    ASSERT_TRUE(client.text(request({"fixture.waits"})));
    for (std::string event; event.find("Dispatch fixture.waits") == std::string::npos;) {
        event = client.next_text();
        ASSERT_FALSE(event.empty());
    }
    remove("waits.so");
    EXPECT_TRUE(eventually([&] {
        const auto all = listed(*server, "waits.so");
        return all.size() == 1 && all[0].state == "draining" &&
               all[0].reason == "deleted; runs that began before finish on it";
    }));
    const SeenRun refused = chat(server->port(), project, request({"fixture.waits"}));
    EXPECT_EQ(refused.last_type, "error") << refused.all();
    std::string last;
    for (std::string event = client.next_text(); !event.empty(); event = client.next_text()) {
        if (event.find("component_result") != std::string::npos) {
            EXPECT_NE(event.find("fixture.waits ok"), std::string::npos) << event;
        }
        last = event;
        if (member(event, "type") == "final" || member(event, "type") == "error") break;
    }
    EXPECT_EQ(member(last, "type"), "final") << last;
    client.shut();  // else the host waits for this side to answer its close frame
    EXPECT_TRUE(eventually([&] { return listed(*server, "waits.so").empty(); }));
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Life, ABadReplacementLeavesTheOneBeforeInUse) {
    drop("aggregates");
    drop("good");
    const auto server = serve_folder();
    const std::string project = project_id(*server);
    drop("init_fails", "good.so");
    EXPECT_TRUE(becomes(*server, "good.so", "rejected", "1"));
    const auto reason = listed(*server, "good.so").front().reason;
    EXPECT_TRUE(reason.ends_with("; generation 1 stays in use")) << reason;
    const SeenRun run = chat(server->port(), project, request({"fixture.good"}));
    EXPECT_EQ(result_of(run, "fixture.good").status, "ok") << run.all();
    EXPECT_EQ(server->stop(), 0);
}

// The same in the host's own process, where nothing can be unloaded, and in worker processes.
class Swaps : public PluginFolderTest, public testing::WithParamInterface<const char*> {
protected:
    static constexpr int kSwaps = 100;
    static constexpr int kClients = 3;

    void ask_all_the_time(const Server& server, const std::string& project) {
        while (!done_) {
            const SeenRun run = chat(server.port(), project, request({"fixture.good"}));
            ++runs_;
            if (run.last_type == "final" && result_of(run, "fixture.good").status == "ok") continue;
            if (++failed_ == 1) ADD_FAILURE() << run.all();
        }
    }

    std::atomic<bool> done_{false};
    std::atomic<int> runs_{0}, failed_{0};
};

TEST_P(Swaps, AHundredFailNoRunAndLeaveNothingBehind) {
    drop("aggregates");
    drop("good");
    const std::string mode = GetParam();
    if (mode == "process" && !has_worker_processes()) GTEST_SKIP() << "this host has no worker processes";
    // Instances are destroyed by threads that else rest for ten seconds before they end.
    std::vector<std::string> settings{"--set", "loader.settle_ms=1", "--set", "component.blocking_idle_ms=50"};
    if (has_worker_processes()) settings.insert(settings.end(), {"--set", "isolation.default=" + mode});
    const auto server = serve_folder(settings);
    const std::string project = project_id(*server);
    ASSERT_EQ(result_of(chat(server->port(), project, request({"fixture.good"})), "fixture.good").status, "ok");
    const ProcessUse base = use_of(server->process().pid());
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] { ask_all_the_time(*server, project); });
    }
    for (int swap = 1; swap <= kSwaps; ++swap) {
        drop(swap % 2 == 1 ? "good_newer" : "good", "good.so");
        EXPECT_TRUE(becomes(*server, "good.so", "ready", std::to_string(swap + 1))) << swap;
    }
    done_ = true;
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(failed_, 0) << "of " << runs_;
    EXPECT_GT(runs_, kClients);
    EXPECT_TRUE(eventually([&] {
        return listed(*server, "good.so").size() == 1 && is_back(server->process().pid(), base);
    })) << use_of(server->process().pid()).descriptors
        << " descriptors, " << base.descriptors << " before; children " << use_of(server->process().pid()).children
        << ", " << base.children << " before; threads " << use_of(server->process().pid()).threads << ", "
        << base.threads << " before";
    EXPECT_EQ(server->stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Mode, Swaps, testing::Values("in-process", "process"), [](const auto& mode) {
    return std::string(mode.param) == "process" ? "Process" : "InProcess";
});

}  // namespace
}  // namespace cedar::host
