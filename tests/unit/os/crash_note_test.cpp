#include "host/os/crash_note.hpp"

#include "host/os/culprit.hpp"
#include "host/os/stack_search.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace cedar::host::os {
namespace {

class CrashNotes : public testing::Test {
protected:
    static std::string hash() { return std::string(64, 'a'); }
    void SetUp() override { keep_crash_notes(notes_); }
    [[nodiscard]] std::size_t count() const { return crash_notes_in(notes_).size(); }

    TempFolder folder_;
    const std::filesystem::path notes_ = folder_ / "crashes";
};

TEST_F(CrashNotes, ThereAreNoneBeforeACrash) {
    EXPECT_TRUE(crash_notes_in(notes_).empty());
    EXPECT_FALSE(std::filesystem::exists(notes_));
}

TEST_F(CrashNotes, AreReadAsTheyWereWritten) {
    write_crash_note(Culprit("a \"b\" \xff.so", hash(), "example.one").text(), "SIGSEGV");
    const auto notes = crash_notes_in(notes_);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].name, "a \"b\" \xEF\xBF\xBD.so");
    EXPECT_EQ(notes[0].sha256, hash());
    EXPECT_EQ(notes[0].place, "example.one");
    EXPECT_EQ(notes[0].how, "SIGSEGV");
    EXPECT_GT(notes[0].at, UtcTime{});
    std::filesystem::remove(notes[0].file);
    EXPECT_EQ(count(), 0U);
}

TEST_F(CrashNotes, ALibraryIsKnownByItsCopy) {
    write_crash_note(Culprit(std::filesystem::path("/x/plugins") / hash() / "a.so", "its init").text(), "exit()");
    const auto notes = crash_notes_in(notes_);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].name, "a.so");
    EXPECT_EQ(notes[0].sha256, hash());
}

TEST_F(CrashNotes, WhatIsNoneHasNoHash) {
    folder_.write("crashes/1.json", "{\"name\":\"a.so\"");
    folder_.write("crashes/2.json", R"({"name":"a.so","sha256":"short","at_ms":1})");
    folder_.write("crashes/3.json", R"({"name":"a.so","sha256":")" + hash() + R"("})");
    folder_.write("crashes/4.json", "");
    folder_.write("crashes/else.txt", "not looked at");
    const auto notes = crash_notes_in(notes_);
    ASSERT_EQ(notes.size(), 4U);
    for (const auto& note : notes) EXPECT_TRUE(note.sha256.empty()) << note.file;
}

TEST_F(CrashNotes, AreLeftByTheProcessThatKeepsThemAlone) {
    EXPECT_TRUE(keeps_crash_notes());
    const Culprit culprit("a.so", hash(), "example.one");
    const pid_t child = ::fork();
    if (child == 0) {
        write_crash_note(culprit.text(), "exit()");
        ::_exit(keeps_crash_notes() ? 1 : 0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(count(), 0U);
}

TEST_F(CrashNotes, OfOneProcessThereIsOne) {
    write_crash_note(Culprit("a.so", hash(), "example.one").text(), "SIGSEGV");
    write_crash_note(Culprit("b.so", hash(), "example.two").text(), "SIGBUS");
    EXPECT_EQ(count(), 1U);
}

TEST(RunsCode, IsToldInnermostFirst) {
    const Culprit outer("a.so", std::string(64, 'a'), "outer"), inner("a.so", std::string(64, 'a'), "inner");
    EXPECT_EQ(told_culprit(), nullptr);
    {
        const RunsCode first(outer);
        EXPECT_EQ(told_culprit(), outer.text());
        {
            const RunsCode second(inner);
            EXPECT_EQ(told_culprit(), inner.text());
            std::thread([] {
                EXPECT_EQ(told_culprit(), nullptr);
                EXPECT_FALSE(this_thread_has_told());
            }).join();
        }
        EXPECT_EQ(told_culprit(), outer.text());
    }
    EXPECT_EQ(told_culprit(), nullptr);
    EXPECT_TRUE(this_thread_has_told());
}

TEST(StackSearch, FindsNoLibraryWhereThereIsNone) {
    FoundCulprit found{};
    EXPECT_FALSE(find_culprit(nullptr, nullptr, found));
    EXPECT_FALSE(find_culprit(nullptr, __builtin_frame_address(0), found));
    EXPECT_FALSE(find_culprit(reinterpret_cast<const void*>(&::getpid), nullptr, found));
}

}  // namespace
}  // namespace cedar::host::os
