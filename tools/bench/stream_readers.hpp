#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cedar::bench {

// So many readers of event streams, on one thread of their own: of each event the number is checked and, if asked
// for, the age noted. An event is a line `data: {…"seq":<number>,…"sent":<ns of the steady clock>…}`.
class StreamReaders {
public:
    struct Options {
        std::uint16_t port = 0;
        std::size_t count = 0;
        std::int64_t first_thread = 1;
        bool thread_each = false;  // else all read first_thread
        bool note_ages = false;
        std::size_t stuck = 0;  // the last ones: they ask and then read nothing
    };
    // Connects them all; returns when each has the head of its answer. Ends the program when that fails.
    explicit StreamReaders(const Options& options);
    ~StreamReaders();
    StreamReaders(const StreamReaders&) = delete;
    StreamReaders& operator=(const StreamReaders&) = delete;

    // Events that every reader has, but for the stuck.
    [[nodiscard]] std::uint64_t slowest() const { return slowest_; }
    // A number came twice or was left out, or a stream ended.
    [[nodiscard]] bool broken() const { return broken_; }
    // False: it took longer than 30 seconds, or one is broken.
    [[nodiscard]] bool wait_for(std::uint64_t events) const;
    // Ages in milliseconds; ends the reading.
    [[nodiscard]] std::vector<double> ages();
    // Of the stuck, those whose connection the server has ended.
    [[nodiscard]] std::size_t cut() const;

private:
    struct Reader {
        int socket = -1;
        bool has_head = false;
        std::uint64_t last = 0;
        std::string rest;  // of a line that is not whole yet
    };
    void work();
    void take(Reader& reader, std::string_view octets);
    void take_line(Reader& reader, std::string_view line);
    void stop();

    std::vector<Reader> readers_, stuck_;
    const bool note_ages_;
    std::vector<double> ages_;
    std::atomic<std::uint64_t> slowest_{0};
    std::atomic<std::size_t> heads_{0};
    std::atomic<bool> broken_{false}, stopping_{false};
    std::thread thread_;
};

}  // namespace cedar::bench
