#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cedar::bench {

// So many readers of one event stream, on one thread of their own: each event is taken apart, its number checked
// and its age noted. An event is `id: <text>-<number>` and `data: {…"sent":<ns of the steady clock>…}`.
class StreamReaders {
public:
    // Connects them all and asks for /sse/7; ends the program with a message when that fails.
    StreamReaders(std::uint16_t port, std::size_t count, bool note_ages);
    ~StreamReaders();
    StreamReaders(const StreamReaders&) = delete;
    StreamReaders& operator=(const StreamReaders&) = delete;

    // Events that every reader has.
    [[nodiscard]] std::uint64_t slowest() const { return slowest_; }
    [[nodiscard]] std::uint64_t taken() const { return taken_; }
    // A number came twice or was left out, or a stream ended.
    [[nodiscard]] bool broken() const { return broken_; }
    // Waits until every reader has so many, or one is broken.
    void wait_for(std::uint64_t events) const;
    // Ages in milliseconds; after the end.
    [[nodiscard]] std::vector<double> ages();

private:
    struct Reader {
        int socket = -1;
        std::uint64_t last = 0;
        std::string rest;  // of a line that is not whole yet
    };
    void work();
    bool take(Reader& reader, std::string_view octets);
    void take_line(Reader& reader, std::string_view line);

    std::vector<Reader> readers_;
    const bool note_ages_;
    std::vector<double> ages_;
    std::atomic<std::uint64_t> slowest_{0}, taken_{0};
    std::atomic<bool> broken_{false}, stopping_{false};
    std::thread thread_;
};

// Keeps the calling thread, and those it starts from now on, on one processor, where there are several.
void stay_on(unsigned processor);

}  // namespace cedar::bench
