// Processes that die, and what they say of it. Each is a copy of this one, made by a death test.
#include "host/runtime/fault_handler.hpp"

#include "host/os/crash_note.hpp"
#include "host/os/culprit.hpp"
#include "host/runtime/blocking_threads.hpp"
#include "host/runtime/component_threads.hpp"
#include "host/runtime/sanitizer_fibers.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

namespace cedar::host::runtime {
namespace {

class Deadly final : public Work {
public:
    Deadly(std::function<void()> inside, std::function<void()> after)
        : inside_(std::move(inside)), after_(std::move(after)) {}
    void run() noexcept override { inside_(); }
    void finish() noexcept override {
        runs_ = false;
        after_();
    }
    void refuse(std::string_view) noexcept override { ::_exit(99); }
    [[nodiscard]] const char* name() const noexcept override { return "example.deadly"; }
    [[nodiscard]] const char* culprit() const noexcept override { return runs_ ? culprit_.text() : nullptr; }

private:
    const std::function<void()> inside_, after_;
    const os::Culprit culprit_{"deadly.so", std::string(64, 'd'), "example.deadly"};
    bool runs_ = true;
};

void nothing() {}

class FaultHandler : public testing::Test {
protected:
    void SetUp() override {
        if (kSanitized) GTEST_SKIP() << "a sanitizer has handlers of its own";
        GTEST_FLAG_SET(death_test_style, "fast");
    }
    // Runs it on a thread of a pool until the process ends of it.
    template <class Pool, class Options>
    void die_on(Options options, std::function<void()> inside, std::function<void()> after = nothing) {
        os::keep_crash_notes(notes_);
        Pool pool(options);
        pool.submit(std::make_shared<Deadly>(std::move(inside), std::move(after)));
        for (;;) ::pause();
    }
    void die_blocking(std::function<void()> inside, std::function<void()> after = nothing) {
        die_on<BlockingThreads>(BlockingThreadsOptions{}, std::move(inside), std::move(after));
    }
    void die_on_fiber(std::function<void()> inside, std::function<void()> after = nothing) {
        ComponentThreadsOptions options;
        options.threads = 1;
        die_on<ComponentThreads>(options, std::move(inside), std::move(after));
    }
    void expect_note(const std::string& how) {
        const auto notes = os::crash_notes_in(notes_);
        ASSERT_EQ(notes.size(), 1U) << how;
        EXPECT_EQ(notes[0].name, "deadly.so");
        EXPECT_EQ(notes[0].place, "example.deadly");
        EXPECT_EQ(notes[0].how, how);
        std::filesystem::remove(notes[0].file);
    }
    void expect_no_note() { EXPECT_TRUE(os::crash_notes_in(notes_).empty()); }

    TempFolder folder_;
    const std::filesystem::path notes_ = folder_ / "crashes";
};

using FaultHandlerDeathTest = FaultHandler;

TEST_F(FaultHandlerDeathTest, NamesTheSignalAndLeavesItItsEffect) {
    const std::pair<int, const char*> signals[] = {
        {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGILL, "SIGILL"}, {SIGFPE, "SIGFPE"}, {SIGABRT, "SIGABRT"}};
    for (const auto& [signal, name] : signals) {
        EXPECT_EXIT(die_blocking([number = signal] { ::raise(number); }), testing::KilledBySignal(signal), "");
        expect_note(name);
        EXPECT_EXIT(die_on_fiber([number = signal] { ::raise(number); }), testing::KilledBySignal(signal), "");
        expect_note(name);
    }
}

TEST_F(FaultHandlerDeathTest, SeesAFaultOfTheProcessor) {
    const auto fault = [] { *static_cast<volatile int*>(nullptr) = 1; };
    EXPECT_EXIT(die_blocking(fault), testing::KilledBySignal(SIGSEGV),
                "cedar: component example.deadly was running when the process faulted");
    expect_note("SIGSEGV");
    EXPECT_EXIT(die_on_fiber(fault), testing::KilledBySignal(SIGSEGV),
                "cedar: component example.deadly was running when the process faulted");
    expect_note("SIGSEGV");
}

TEST_F(FaultHandlerDeathTest, RemembersWhoCalledExit) {
    EXPECT_EXIT(die_blocking([] { std::quick_exit(7); }), testing::ExitedWithCode(7), "");
    expect_note("exit()");
    EXPECT_EXIT(die_on_fiber([] { std::quick_exit(7); }), testing::ExitedWithCode(7), "");
    expect_note("exit()");
}

TEST_F(FaultHandlerDeathTest, BlamesNobodyForTheHostsOwnCode) {
    EXPECT_EXIT(die_blocking(nothing, [] { std::abort(); }), testing::KilledBySignal(SIGABRT), "");
    EXPECT_EXIT(die_on_fiber(nothing, [] { std::abort(); }), testing::KilledBySignal(SIGABRT), "");
    EXPECT_EXIT(die_on_fiber([] { std::thread([] { std::abort(); }).join(); }), testing::KilledBySignal(SIGABRT),
                "");
    expect_no_note();
}

TEST_F(FaultHandlerDeathTest, BlamesNobodyForWhatAnotherProcessSends) {
    EXPECT_EXIT(die_blocking([] {
                    const pid_t host = ::getpid();
                    if (::fork() == 0) {
                        ::kill(host, SIGABRT);
                        ::_exit(0);
                    }
                    for (;;) ::pause();
                }),
                testing::KilledBySignal(SIGABRT), "");
    expect_no_note();
}

TEST_F(FaultHandlerDeathTest, AProcessThatForeignCodeForkedSaysNothing) {
    EXPECT_EXIT(die_blocking([] {
                    const pid_t child = ::fork();
                    if (child == 0) std::quick_exit(0);
                    int status = 0;
                    ::waitpid(child, &status, 0);
                    ::raise(SIGKILL);
                }),
                testing::KilledBySignal(SIGKILL), "");
    expect_no_note();
}

TEST_F(FaultHandlerDeathTest, KnowsTheCodeThatAThreadSaysItRuns) {
    EXPECT_EXIT(
        {
            os::keep_crash_notes(notes_);
            install_fault_handler();
            const os::Culprit culprit("deadly.so", std::string(64, 'd'), "example.deadly");
            const os::RunsCode here(culprit);
            std::abort();
        },
        testing::KilledBySignal(SIGABRT), "");
    expect_note("SIGABRT");
}

}  // namespace
}  // namespace cedar::host::runtime
