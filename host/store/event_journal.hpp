#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::store {

// A ring of entries in a file that is mapped into memory: what was appended outlives a killed process without a
// system call for each entry. One process at a time holds the file. Throws ErrorException where it says so.
// Thread: append() one at a time; release() from any.
class EventJournal {
public:
    // Nothing when another process holds the file; throws io. What a process that is gone has left to a child it
    // was just starting is waited for, at most kLeftBehindWait: `pause` is called between two looks. Blocking.
    static constexpr std::chrono::milliseconds kLeftBehindWait{2000};
    [[nodiscard]] static std::unique_ptr<EventJournal> open(const std::filesystem::path& file, std::size_t bytes,
                                                            const std::function<void()>& pause = a_moment);
    ~EventJournal();
    EventJournal(const EventJournal&) = delete;
    EventJournal& operator=(const EventJournal&) = delete;

    // What was not released when the process before this one ended. Before the first append.
    [[nodiscard]] std::vector<std::string> left_over();
    // False: full.
    [[nodiscard]] bool append(std::string_view entry);
    // Behind the last entry: given to release() when all until there is no longer needed.
    [[nodiscard]] std::uint64_t end() const { return end_; }
    void release(std::uint64_t until);

private:
    static void a_moment();
    struct Header;
    struct Entry;
    EventJournal(int file, std::byte* memory, std::size_t bytes);
    [[nodiscard]] Header& header() const;
    [[nodiscard]] std::byte* at(std::uint64_t offset) const;
    [[nodiscard]] std::uint64_t next_lap(std::uint64_t offset) const { return (offset / bytes_ + 1) * bytes_; }
    void write(std::uint64_t offset, std::string_view text, std::uint32_t length);

    const int file_;
    std::byte* const memory_;
    const std::size_t bytes_;
    std::uint64_t end_ = 0;
};

}  // namespace cedar::host::store
