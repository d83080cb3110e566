// store_victim import|turns|events DATA_DIR DOCS: works until it is killed. Prints a line for each thing that it
// was told is committed: "turn <thread id> <number>", "pass <number>" or "event <seq>".
#include "host/store/event_archive.hpp"
#include "host/store/importer.hpp"
#include "host/store/sqlite_store.hpp"
#include "tests/support/ask.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/recording_log.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

using namespace cedar::host;

namespace {

std::unique_ptr<store::SqliteStore> open_store(const std::string& data_dir, const Clock& clock, Log& log) {
    store::StoreOptions options;
    options.data_dir = data_dir;
    return store::SqliteStore::open(options, clock, log).value();
}

void say_line(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

void turns(Store& store, std::int64_t project) {
    for (int number = 0;; ++number) {
        TurnRequest request{project, "0123456789abcdef0123456789abcdef", {}};
        request.request.content = "question " + std::to_string(number);
        const auto turn = ask<Turn>([&](auto done) { store.open_turn(request, std::move(done)); }).value();
        TurnOutcome outcome;
        outcome.project_id = project;
        outcome.branch_id = turn.branch_id;
        outcome.thread_id = turn.thread_id;
        outcome.ok = true;
        outcome.text = "answer " + std::to_string(number);
        outcome.prompt_json = "[]";
        outcome.results_json = "[]";
        ask<void>([&](auto done) { store.close_turn(outcome, std::move(done)); }).value();
        say_line("turn " + std::to_string(turn.thread_id) + " " + std::to_string(number));
    }
}

// Each pass writes every file anew, all with the number of the pass, and imports the folder.
void imports(const std::string& data_dir, const std::string& docs, std::int64_t project, const Clock& clock,
             Log& log) {
    for (int number = 0;; ++number) {
        for (int i = 0; i < 6; ++i) {
            std::ofstream out(docs + "/f" + std::to_string(i) + ".md");
            for (int line = 0; line < 60; ++line)
                out << "Pass" << number << " line " << line << " of some words.\n\n";
        }
        const std::filesystem::path path = docs;
        store::Importer(data_dir, clock, log).import(project, {&path, 1}, {}, {}).value();
        say_line("pass " + std::to_string(number));
    }
}

// Events of one run, never more than fit the journal.
void events(const std::string& data_dir, const Clock& clock, Log& log) {
    store::EventArchiveOptions options;
    options.data_dir = data_dir;
    const auto archive = store::SqliteEventArchive::open(options, clock, log).value();
    for (std::uint64_t seq = 1;; ++seq) {
        const PlacedEvent placed{seq, 7, make_event("a", seq, 7), false};
        archive->keep({&placed, 1});
        say_line("event " + std::to_string(seq));
        while (archive->usage().waiting > 5000) std::this_thread::yield();
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const FakeClock clock;
    RecordingLog log;
    const std::string_view mode = argv[1];
    if (mode == "events") events(argv[2], clock, log);
    auto store = open_store(argv[2], clock, log);
    const auto project = ask<Project>([&](auto done) { store->create_project("victim", std::move(done)); }).value();
    say_line("ready");
    if (mode == "turns") turns(*store, project.id);
    imports(argv[2], argv[3], project.id, clock, log);
    return 0;
}
