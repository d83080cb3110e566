#pragma once
#include "host/core/error.hpp"
#include "host/ports/log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace cedar::host::app {

struct LogOptions {
    LogLevel level = LogLevel::info;
    bool json = false;
    std::filesystem::path file;                     // empty: `descriptor`
    int descriptor = 2;                             // borrowed; standard error
    std::size_t file_max_bytes = 64 * 1024 * 1024;  // then the file is put aside
    std::size_t files = 3;                          // put aside and kept
    std::size_t queue = 8192;                       // lines waiting to be written
};

// The Log port over spdlog. Lines go through a bounded queue to a thread of its own; when the queue is full the
// oldest line is dropped, when the descriptor takes nothing for 100 ms the line is dropped. The count of lines
// dropped is written as soon as lines go through again. Thread: any.
class SpdLog final : public Log {
public:
    // Error io: the log file cannot be opened; the message names it.
    [[nodiscard]] static Result<std::unique_ptr<SpdLog>> open(const LogOptions& options);
    // Writes what is queued; gives up on a descriptor that takes nothing.
    ~SpdLog() override;
    SpdLog(const SpdLog&) = delete;
    SpdLog& operator=(const SpdLog&) = delete;

    void write(const LogRecord& record) override;
    [[nodiscard]] std::uint64_t dropped() const;
    // Waits until what is queued has been taken to be written, for at most `limit`. Blocking.
    void settle(std::chrono::milliseconds limit) const;

private:
    struct Impl;
    explicit SpdLog(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cedar::host::app
