#pragma once
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"

#include <atomic>
#include <string>
#include <thread>

namespace cedar::bench {

// Imports documents into a host's project, round after round, by `cedar import` beside it, until this is gone.
class ImportBeside {
public:
    ImportBeside(std::string program, std::string data_dir);
    ~ImportBeside();
    ImportBeside(const ImportBeside&) = delete;
    ImportBeside& operator=(const ImportBeside&) = delete;
    [[nodiscard]] int rounds() const { return rounds_; }  // that ended well

private:
    void work();

    const std::string program_, data_dir_;
    host::TempFolder folder_;
    std::atomic<bool> ended_ = false;
    std::atomic<int> rounds_ = 0;
    std::thread thread_;
};

}  // namespace cedar::bench
