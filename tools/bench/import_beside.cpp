#include "tools/bench/import_beside.hpp"

#include <utility>
#include <vector>

namespace cedar::bench {
namespace {

constexpr int kFiles = 50, kSentences = 400;

}  // namespace

ImportBeside::ImportBeside(std::string program, std::string data_dir)
    : program_(std::move(program)), data_dir_(std::move(data_dir)), thread_([this] { work(); }) {}

ImportBeside::~ImportBeside() {
    ended_ = true;
    thread_.join();
}

// Each round says something else, so that nothing is left out as unchanged.
void ImportBeside::work() {
    for (int round = 0; !ended_; ++round) {
        for (int file = 0; file < kFiles; ++file) {
            std::string text = "# Part " + std::to_string(file) + " of round " + std::to_string(round) + "\n\n";
            for (int i = 0; i < kSentences; ++i)
                text +=
                    "Sentence " + std::to_string(i) + " of round " + std::to_string(round) + " speaks of barns. ";
            folder_.write("docs/part" + std::to_string(file) + ".md", text);
        }
        host::Process importing(
            {program_, "import", "--data-dir", data_dir_, "--project", "bench", (folder_ / "docs").string()});
        while (importing.running() && !ended_) static_cast<void>(importing.wait(std::chrono::milliseconds(50)));
        if (!importing.running() && importing.wait() == 0) ++rounds_;
    }
}

}  // namespace cedar::bench
