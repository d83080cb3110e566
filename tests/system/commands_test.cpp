// ask, import, components, inspect: exit codes and what is printed.
#include "cedar_fixture.hpp"

namespace cedar::host {
namespace {

class Commands : public CedarTest {};

TEST_F(Commands, AskPrintsTheAnswerWithItsSource) {
    import_roofs();
    const Ended ended =
        run({"ask", "--project", "houses", "--aggregator", kExtractive, "How long does slate last?"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.out.find("A slate roof lasts a hundred years."), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("roofs.md"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("aggregator.extractive without a language model"), std::string::npos) << ended.out;
    EXPECT_EQ(ended.err, "");
}

TEST_F(Commands, AskPrintsEachEventAsALineOfJson) {
    import_roofs();
    const Ended ended = run({"ask", "--project", "houses", "--aggregator", kExtractive, "--events", "slate?"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    std::istringstream lines(ended.out);
    std::string line, last;
    std::size_t count = 0;
    while (std::getline(lines, line)) {
        EXPECT_TRUE(is_event(line));
        EXPECT_EQ(member(line, "seq"), std::to_string(++count));
        last = line;
    }
    EXPECT_EQ(member(last, "type"), "final");
}

TEST_F(Commands, AskReadsTheQuestionFromStandardInput) {
    import_roofs();
    Process::Options options;
    options.input = "  How long does slate last?\n";
    const Ended ended = run({"ask", "--project", "houses", "--aggregator", kExtractive, "-"}, options);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_NE(ended.out.find("a hundred years"), std::string::npos) << ended.out;
}

TEST_F(Commands, AskSaysSoWhenNothingWasFound) {
    import_roofs();
    const Ended ended = run({"ask", "--project", "houses", "--aggregator", kExtractive, "zebra xylophone"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out.find("slate"), std::string::npos) << ended.out;
}

TEST_F(Commands, AskEndsWithOneForAnErrorEvent) {
    import_roofs();
    const Ended ended = run({"ask", "--project", "houses", "--aggregator", "no.such", "slate?"});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("error: "), std::string::npos) << ended.err;
}

TEST_F(Commands, EndWithTwoWhereTheDataFolderCannotBeUsed) {
    const auto file = folder_.write("data", "a file, not a folder");
    for (const auto& line : {std::vector<std::string>{"components"},
                             {"components", "--json"},
                             {"ask", "--project", "houses", "slate?"},
                             {"import", "--project", "houses", "x.md"}}) {
        const Ended ended = run(line);
        EXPECT_EQ(ended.code, 2) << line[0];
        EXPECT_EQ(ended.out, "") << line[0];
        EXPECT_NE(ended.err.find("data folder " + file.string() + ": expected a folder"), std::string::npos)
            << ended.err;
    }
}

TEST_F(Commands, AskEndsWithTwoForBadUsage) {
    EXPECT_EQ(run({"ask", "--project", "houses"}).code, 2);
    EXPECT_EQ(run({"ask", "what?"}).code, 2);
    EXPECT_EQ(run({"ask", "--project", "houses", "   "}).code, 2);
    import_roofs();
    const Ended unknown = run({"ask", "--project", "boats", "what?"});
    EXPECT_EQ(unknown.code, 2);
    EXPECT_NE(unknown.err.find("\"houses\""), std::string::npos) << unknown.err;
}

TEST_F(Commands, ImportCountsAndNamesWhatItSkips) {
    folder_.write("docs/a.md", "# A\n\nText about apples.\n");
    folder_.write("docs/b.txt", "Text about bread.");
    folder_.write("docs/c.txt", std::string("bin\0ary", 7));
    const std::string docs = (folder_ / "docs").string();
    const Ended first = run({"import", "--project", "food", docs});
    EXPECT_EQ(first.code, 0) << first.err;
    EXPECT_NE(first.out.find("2 files imported, 0 replaced, 0 unchanged, 1 skipped"), std::string::npos)
        << first.out;
    EXPECT_NE(first.err.find("c.txt"), std::string::npos) << first.err;
    folder_.write("docs/b.txt", "Text about butter.");
    const Ended second = run({"import", "--project", "food", docs, "--json"});
    EXPECT_EQ(second.code, 0) << second.err;
    EXPECT_EQ(member(second.out, "replaced"), "1") << second.out;
    EXPECT_EQ(member(second.out, "unchanged"), "1") << second.out;
}

TEST_F(Commands, ImportFailsWhenNothingCouldBeUsed) {
    const auto binary = folder_.write("only.txt", std::string("bin\0ary", 7));
    EXPECT_EQ(run({"import", "--project", "food", binary.string()}).code, 1);
    const Ended missing = run({"import", "--project", "food", "/no/such/path"});
    EXPECT_EQ(missing.code, 2);
    EXPECT_NE(missing.err.find("/no/such/path"), std::string::npos) << missing.err;
}

TEST_F(Commands, ImportOfAMistypedPathLeavesNoProjectBehind) {
    EXPECT_EQ(run({"import", "--project", "typo", "/no/such/path"}).code, 2);
    const Ended asked = run({"ask", "--project", "typo", "anything"});
    EXPECT_EQ(asked.code, 2);
    EXPECT_NE(asked.err.find("expected the title of a project"), std::string::npos) << asked.err;
}

TEST_F(Commands, ComponentsListsWhatIsThereAndWhatWasRefused) {
    const auto junk = folder_.write("mine/junk.so", "not a library");
    const Ended text = run({"components", "--plugins", (folder_ / "mine").string(), "--aggregator", kExtractive});
    EXPECT_EQ(text.code, 0) << text.err;
    for (const char* part :
         {"example.summarize", "retrieval.retrieve_docs", "aggregator.extractive *", "store.search"}) {
        EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
    }
    EXPECT_NE(text.out.find("rejected " + junk.string() + ": "), std::string::npos) << text.out;
    const Ended json = run({"components", "--json", "--plugins", (folder_ / "mine").string()});
    EXPECT_NE(member(json.out, "rejected").find("junk.so"), std::string::npos) << json.out;
}

TEST_F(Commands, InspectTellsAllWithoutRunningAnything) {
    const Ended aborting = run({"inspect", CEDAR_BAD_PLUGINS "/constructor_aborts.so"});
    EXPECT_EQ(aborting.code, 0) << aborting.out << aborting.err;
    EXPECT_NE(aborting.out.find("verdict    acceptable"), std::string::npos) << aborting.out;
    const Ended newer = run({"inspect", "--json", CEDAR_BAD_PLUGINS "/newer_major.so"});
    EXPECT_EQ(newer.code, 1);
    EXPECT_FALSE(member(newer.out, "refusal").empty()) << newer.out;
    const Ended missing = run({"inspect", "/no/such.so"});
    EXPECT_EQ(missing.code, 2);
    EXPECT_NE(missing.err.find("/no/such.so"), std::string::npos) << missing.err;
}

}  // namespace
}  // namespace cedar::host
