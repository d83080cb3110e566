// Event streams: what another host puts into Redis, from its making until readers of this one have it, beside a
// relay on Node and nchan in the same run. Server and Redis share one processor, the load has the other.
#include "tests/support/redis_process.hpp"
#include "tools/bench/cells.hpp"
#include "tools/bench/event_publisher.hpp"
#include "tools/bench/load_socket.hpp"
#include "tools/bench/nchan.hpp"
#include "tools/bench/peers.hpp"
#include "tools/bench/rounds.hpp"
#include "tools/bench/statistics.hpp"
#include "tools/bench/stream_readers.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 16;       // events that go to Redis in one write
constexpr std::size_t kUnanswered = 32;  // events that Redis may have in hand
constexpr int kIdleReaders = 5000;

struct Case {
    std::size_t readers = 0;
    std::uint64_t events = 0, per_second = 0;  // of each thread; 0: as fast as they are taken
    std::uint64_t ahead = 256;                 // events of a thread that the slowest reader may be behind
    bool thread_each = false;
    std::size_t stuck = 0;
};

struct Figure {
    double per_second = 0, median_ms = 0, late_ms = 0;  // deliveries; age: median and p99
    double resident_mib = 0;                            // growth
    double seconds = 0;
    std::size_t cut = 0;
    bool counts = false;
};

// A Redis of its own for each server, on the same processor.
class Stage {
public:
    enum class Who { cedar, node, nchan };

    explicit Stage(Who who) : who_(who) {
        redis_.start();
        pin();
        peer_ = who == Who::cedar  ? start_cedar(redis_.url())
                : who == Who::node ? start_node("relay.mjs", redis_.url())
                                   : start_nchan(redis_.url());
    }
    ~Stage() {
        if (who_ == Who::nchan) stop_nchan(peer_);
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    [[nodiscard]] const Peer& peer() const { return peer_; }
    // What is said to nchan goes to its own door, and from there to Redis; to the others it comes from Redis.
    [[nodiscard]] std::unique_ptr<Publisher> publisher() const {
        if (who_ == Who::nchan) return std::make_unique<NchanPublisher>(peer_.port);
        return std::make_unique<EventPublisher>(redis_.port());
    }
    [[nodiscard]] std::int64_t next_thread(std::size_t count) {
        const auto first = thread_;
        thread_ += static_cast<std::int64_t>(count);
        return first;
    }

private:
    void pin() {
        const auto info = redis_.ask("INFO server");
        const auto at = info.find("process_id:");
        if (at == std::string::npos) die("redis");
        const auto pid = std::atoi(info.c_str() + at + 11);
        const auto command =
            "taskset -a -p -c " + std::to_string(kServerProcessor) + " " + std::to_string(pid) + " > /dev/null";
        if (std::system(command.c_str()) != 0) std::printf("redis is not held on its processor\n");
    }

    const Who who_;
    host::RedisProcess redis_;
    Peer peer_;
    std::int64_t thread_ = 7;
};

// Returns how many events of each thread there are. `enough` is asked once a second where readers are stuck.
std::uint64_t publish(Publisher& publisher, const StreamReaders& readers, const Case& of, std::int64_t first,
                      Clock::time_point begin, const std::function<bool()>& enough) {
    const auto threads = static_cast<std::int64_t>(of.thread_each ? of.readers : 1);
    const auto end = Clock::now() + 30s;
    std::size_t waiting = 0;
    for (std::uint64_t seq = 2; seq <= of.events && !readers.broken(); ++seq) {
        if (of.per_second > 0)
            std::this_thread::sleep_until(begin + seq * std::chrono::nanoseconds(1s) / of.per_second);
        if (of.stuck > 0 && seq % of.per_second == 0 && enough()) return seq - 1;
        while (seq > readers.slowest() + of.ahead && !readers.broken() && Clock::now() < end) {
            publisher.flush(0);
            std::this_thread::sleep_for(50us);
        }
        for (std::int64_t thread = first; thread < first + threads; ++thread) {
            publisher.say(thread, seq);
            if (++waiting % kBatch == 0 || of.per_second > 0) publisher.flush(kUnanswered);
        }
    }
    publisher.flush(0);
    return of.events;
}

Figure run(Stage& stage, const Case& of) {
    const auto first = stage.next_thread(of.thread_each ? of.readers : 1);
    const auto before = resident_kib(stage.peer().pid());
    const auto publisher_of_it = stage.publisher();
    auto& publisher = *publisher_of_it;
    StreamReaders readers({stage.peer().port, of.readers, first, of.thread_each, of.per_second > 0, of.stuck});
    for (std::size_t i = 0; i < (of.thread_each ? of.readers : 1); ++i)
        publisher.say(first + static_cast<std::int64_t>(i), 1);
    publisher.flush(0);
    if (!readers.wait_for(1)) return {};  // all are there
    const auto begin = Clock::now();
    // By the host's own count: the last octets of a stream that was cut are still on their way to a reader that is
    // stuck.
    const bool counts_cut = stage.peer().name == "cedar";
    const auto cut = [&] { return metric(stage.peer(), "cedar_http_slow_readers_total"); };
    const auto all_cut = [&] { return counts_cut && cut() >= static_cast<double>(of.stuck); };
    const auto events = publish(publisher, readers, of, first, begin, all_cut);
    Figure out;
    out.counts = readers.wait_for(events);
    const std::chrono::duration<double> took = Clock::now() - begin;
    out.seconds = took.count();
    out.per_second = static_cast<double>(of.readers * events) / took.count();
    out.resident_mib = (resident_kib(stage.peer().pid()) - before) / 1024;
    if (of.stuck > 0) out.cut = counts_cut ? static_cast<std::size_t>(cut()) : readers.cut();
    const auto ages = readers.ages();
    if (ages.empty()) return out;
    out.median_ms = quantile(ages, 0.5);
    out.late_ms = quantile(ages, 0.99);
    return out;
}

std::string text_of(const Spread& spread, const char* unit, int digits) {
    char text[128];
    std::snprintf(text, sizeof text, "%.*f %s (%.*f to %.*f)", digits, spread.median, unit, digits, spread.least,
                  digits, spread.most);
    return text;
}

struct Columns {
    std::vector<double> rates, medians, lates;
    void add(const Figure& figure) {
        rates.push_back(figure.per_second / 1000);
        medians.push_back(figure.median_ms);
        lates.push_back(figure.late_ms);
    }
};

void print(const char* name, const char* who, const Columns& columns, bool paced) {
    std::printf("%-14s %-5s ", name, who);
    if (paced) {
        std::printf("p50 %s, p99 %s\n", text_of(spread_of(columns.medians), "ms", 2).c_str(),
                    text_of(spread_of(columns.lates), "ms", 2).c_str());
    } else {
        std::printf("%s\n", text_of(spread_of(columns.rates), "k/s", 0).c_str());
    }
}

std::string ratio_of(const std::vector<double>& a, const std::vector<double>& b, const std::string& whom) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(a[i] / b[i]);
    return text_of(spread_of(ratios), ("of " + whom).c_str(), 2);
}

void print_ratio(const char* name, const std::string& whom, const Columns& ours, const Columns& theirs,
                 bool paced) {
    if (paced) {
        std::printf("%-14s ratio p50 %s, p99 %s\n", name, ratio_of(ours.medians, theirs.medians, whom).c_str(),
                    ratio_of(ours.lates, theirs.lates, whom).c_str());
    } else {
        std::printf("%-14s ratio %s\n", name, ratio_of(ours.rates, theirs.rates, whom).c_str());
    }
}

// All who are there, ours first.
std::vector<std::unique_ptr<Stage>> stages() {
    std::vector<std::unique_ptr<Stage>> out;
    for (const auto who : {Stage::Who::cedar, Stage::Who::node, Stage::Who::nchan}) {
        auto stage = std::make_unique<Stage>(who);
        if (stage->peer().port != 0) out.push_back(std::move(stage));
    }
    return out;
}

// All on the same case in turns, so that what else the machine does meets them all, and what one is of another in
// each turn.
void compare(const char* name, const Case& of, int repetitions) {
    const auto all = stages();
    const bool paced = of.per_second > 0;
    std::vector<Columns> columns(all.size());
    Rounds rounds(repetitions);
    while (rounds.next()) {
        std::vector<Figure> turn;
        for (const auto& stage : all) {
            turn.push_back(run(*stage, of));
            if (!turn.back().counts)
                std::printf("%s: not every event came; the turn is left out\n", stage->peer().name.c_str());
        }
        const bool calm = rounds.counts(), counts = calm && std::ranges::all_of(turn, &Figure::counts);
        for (std::size_t each = 0; counts && each < turn.size(); ++each) columns[each].add(turn[each]);
    }
    if (columns.front().rates.empty()) return;
    for (std::size_t each = 0; each < all.size(); ++each)
        print(name, all[each]->peer().name.c_str(), columns[each], paced);
    for (std::size_t each = 1; each < all.size(); ++each)
        print_ratio(name, all[each]->peer().name, columns.front(), columns[each], paced);
    if (!rounds.note().empty()) std::printf("%-14s%s\n", name, rounds.note().c_str());
    std::fflush(stdout);
}

// The same readers on the same server, first alone and then beside twenty that never read, until those are cut or
// the events end.
void stuck(const char* name) {
    for (const auto who : {Stage::Who::cedar, Stage::Who::node}) {
        Stage stage(who);
        if (stage.peer().port == 0) continue;
        const auto alone = run(stage, {.readers = 10, .events = 15000, .per_second = 5000});
        const auto beside = run(stage, {.readers = 10, .events = 100000, .per_second = 5000, .stuck = 20});
        if (!alone.counts || !beside.counts) std::printf("%s: not every event came\n", stage.peer().name.c_str());
        std::printf(
            "%-14s %-5s p99 %.2f ms alone, %.2f ms beside them, %.2f of it; %zu of 20 cut in %.0f s, +%.1f MiB\n",
            name, stage.peer().name.c_str(), alone.late_ms, beside.late_ms, beside.late_ms / alone.late_ms,
            beside.cut, beside.seconds, beside.resident_mib);
        std::fflush(stdout);
    }
}

void idle(const char* name) {
    for (const auto who : {Stage::Who::cedar, Stage::Who::node, Stage::Who::nchan}) {
        Stage stage(who);
        if (stage.peer().port == 0) continue;
        { const StreamReaders warm({.port = stage.peer().port, .count = 50, .first_thread = 7}); }
        const auto before = resident_kib(stage.peer().pid());
        const StreamReaders readers({.port = stage.peer().port, .count = kIdleReaders, .first_thread = 7});
        std::this_thread::sleep_for(500ms);
        std::printf("%-14s %-5s %.2f KiB a reader, of %d\n", name, stage.peer().name.c_str(),
                    (resident_kib(stage.peer().pid()) - before) / kIdleReaders, kIdleReaders);
        std::fflush(stdout);
    }
}

const std::vector<Cell>& cells() {
    const auto compared = [](Case of, int repetitions) {
        return [of, repetitions](const char* name) { compare(name, of, repetitions); };
    };
    static const std::vector<Cell> all{
        {"burst-100", compared({.readers = 100, .events = 5000}, 5)},
        {"burst-1000", compared({.readers = 1000, .events = 500, .ahead = 64}, 5)},
        {"paced-100", compared({.readers = 100, .events = 200, .per_second = 200}, 5)},
        {"paced-1000", compared({.readers = 1000, .events = 20, .per_second = 20}, 5)},
        {"threads-1000", compared({.readers = 1000, .events = 60, .ahead = 8, .thread_each = true}, 5)},
        {"stuck-20-of-30", stuck},
        {"idle", idle},
    };
    return all;
}

}  // namespace
}  // namespace cedar::bench

int main(int count, char** arguments) {
    return cedar::bench::measure(cedar::bench::cells(), count, arguments);
}
