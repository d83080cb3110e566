// Worker processes: what a call costs, how fast a killed one is back, what two hundred weigh. The program is its
// own worker, as `cedar` is.
#include "host/core/component.hpp"
#include "host/loader/inspection.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker_host.hpp"
#include "host/worker/worker_process.hpp"
#include "tools/bench/bench_host.hpp"
#include "tools/bench/repeat.hpp"

#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace cedar::bench {
namespace {

using namespace host;
using namespace std::chrono_literals;

constexpr std::size_t kBodyBytes = 1024;

// Counts ends, and those that were not good.
class Ends final : public InvocationObserver {
public:
    void on_ended(std::size_t, ComponentResult result) override {
        const std::lock_guard lock(mutex_);
        ++ended_;
        if (result.status != ResultStatus::ok) ++bad_;
        changed_.notify_one();
    }
    void on_emitted(std::size_t, EmitKind, std::string) override {}
    // How many of them were not good. Begins to count anew.
    std::size_t wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ == count; });
        ended_ = 0;
        return std::exchange(bad_, 0);
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t ended_ = 0, bad_ = 0;
};

// All threads of a process onto these processors: which one the system chooses makes a call's time one of two.
void pin(pid_t process, std::initializer_list<int> processors) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int one : processors) CPU_SET(static_cast<std::size_t>(one), &set);
    const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        static_cast<void>(::sched_setaffinity(std::stoi(task.path().filename()), sizeof(set), &set));
    }
}

// What the machine takes for 1 KiB there and back between two processes that do nothing else, without Cedar.
class PingPong {
public:
    PingPong() {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) != 0) std::abort();
        child_ = ::fork();
        if (child_ != 0) return;
        ::close(ends_[0]);
        std::array<char, kBodyBytes> body{};
        while (::recv(ends_[1], body.data(), body.size(), MSG_WAITALL) == ssize_t{kBodyBytes}) {
            static_cast<void>(::send(ends_[1], body.data(), body.size(), MSG_NOSIGNAL));
        }
        std::_Exit(0);
    }
    ~PingPong() {
        ::close(ends_[0]);
        ::close(ends_[1]);
        ::waitpid(child_, nullptr, 0);
    }
    PingPong(const PingPong&) = delete;
    PingPong& operator=(const PingPong&) = delete;

    [[nodiscard]] pid_t child() const { return child_; }
    double round() {
        const auto begun = std::chrono::steady_clock::now();
        static_cast<void>(::send(ends_[0], body_.data(), body_.size(), MSG_NOSIGNAL));
        static_cast<void>(::recv(ends_[0], body_.data(), body_.size(), MSG_WAITALL));
        return ms_since(begun);
    }

private:
    int ends_[2] = {-1, -1};
    pid_t child_ = -1;
    std::array<char, kBodyBytes> body_{};
};

// Goes last: workers remove their own folders in it as they end.
struct Folder {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("cedar-bench-" + std::to_string(::getpid()));

    Folder() = default;
    ~Folder() {
        std::error_code ignored;  // it may be left behind
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

class Bench {
public:
    explicit Bench(const std::string& library) : library_(library) {
        manifest_ = loader::inspect_file(library_).value().manifest->components.at(0);
        std::string body = R"({"text":")";
        body.append(kBodyBytes - body.size() - 2, 'x');
        body_ = std::make_shared<const std::string>(body + "\"}");
    }

    void report_alone() {
        const auto one = add(1);
        call(one, 1);
        PingPong bare;
        const auto both = [&](const char* bare_name, const char* name) {
            print(bare_name, "us", repeat(2000, [&] { return 1000 * bare.round(); }));
            print(name, "us", repeat(2000, [&] { return 1000 * call(one, 1); }));
        };
        both("socketpair alone, 1 KiB both ways", "round trip of 1 KiB, alone");
        if (std::thread::hardware_concurrency() < 2) return;
        pin(::getpid(), {0});
        for (const pid_t peer : {bare.child(), pid_t{host_.reports().back().process}}) pin(peer, {1});
        both("socketpair, a processor each", "round trip, a processor each");
        pin(::getpid(), {0, 1});
    }
    void report_together() {
        constexpr std::size_t kWorkers = 16, kCalls = 100;
        const auto all = add(kWorkers);
        call(all, 1);
        print("a call of 16 x 100 at once", "us",
              repeat(30, [&] { return 1000 * call(all, kCalls) / (kWorkers * kCalls); }));
    }
    void report_kill() {
        const auto one = add(1);
        call(one, 1);
        print("killed, until it answers again", "ms", repeat(50, [&] {
                  ::kill(host_.reports().back().process, SIGKILL);
                  const auto begun = std::chrono::steady_clock::now();
                  while (call(one, 1) < 0) {}
                  return ms_since(begun);
              }));
    }
    void report_many() {
        constexpr std::size_t kWorkers = 200;
        const auto all = add(kWorkers);
        call(all, 1);
        double own = 0;
        std::size_t count = 0;
        for (const auto& report : host_.reports()) {
            if (report.process == 0) continue;
            own += pss_kib(report.process);
            ++count;
        }
        std::printf("%-36s %8.1f MiB\n", (std::to_string(count) + " workers, PSS").c_str(), own / 1024);
    }

private:
    using Components = std::vector<ComponentPtr>;

    Components add(std::size_t count) {
        Components out;
        for (std::size_t i = 0; i < count; ++i) {
            worker::WorkerPlugin plugin;
            plugin.file = plugin.copy = library_;
            plugin.components.push_back({manifest_, {}});
            const auto invokers = host_.add(std::move(plugin));
            out.push_back(make_component(manifest_, invokers.at(0), library_, schemas_).value());
        }
        return out;
    }
    // Milliseconds until each of them has answered `times`; negative when one did not.
    double call(const Components& all, std::size_t times) {
        const auto begun = std::chrono::steady_clock::now();
        std::vector<StartInvocation> batch(times);
        for (const ComponentPtr& component : all) {
            for (std::size_t i = 0; i < times; ++i) batch[i] = {i, component, body_, begun + 60s};
            component->invoker->start(batch, scope_, ends_);
        }
        const std::size_t bad = ends_->wait_for(all.size() * times);
        return bad == 0 ? ms_since(begun) : -1;
    }
    static double pss_kib(int process) {
        std::ifstream in("/proc/" + std::to_string(process) + "/smaps_rollup");
        for (std::string word; in >> word;) {
            double kib = 0;
            if (word == "Pss:" && in >> kib) return kib;
        }
        return 0;
    }
    static void print(const char* what, const char* unit, const Spread& spread) {
        std::printf("%-36s %8.2f %s (%.2f to %.2f)\n", what, spread.median, unit, spread.least, spread.most);
    }
    static worker::WorkerOptions options(const std::filesystem::path& folder) {
        worker::WorkerOptions made;
        made.temp_folder = folder;
        made.breaker.failures = 0;
        made.quarantine_crashes = 0;
        return made;
    }

    const std::string library_;
    const Folder folder_;
    Manifest manifest_;
    std::shared_ptr<const std::string> body_;
    runtime::SystemClock clock_;
    runtime::ControlThread control_{clock_};
    runtime::ServiceTable services_;
    SilentLog log_;
    SchemaCache schemas_;
    std::shared_ptr<Ends> ends_ = std::make_shared<Ends>();
    std::shared_ptr<const InvocationScope> scope_ = std::make_shared<const InvocationScope>();
    worker::Spawner spawner_{"/proc/self/exe"};
    worker::WorkerHost host_{spawner_, control_, services_, log_, options(folder_.path)};
};

}  // namespace
}  // namespace cedar::bench

// workers [LIBRARY]: by default bench_noop.so beside this program.
int main(int count, char** arguments) {
    if (count == 3 && std::string_view(arguments[1]) == "worker") {
        return cedar::host::worker::run_worker_process(arguments[2]);
    }
    const std::string library = count > 1 ? arguments[1] : CEDAR_BENCH_NOOP;
    cedar::bench::Bench(library).report_alone();
    cedar::bench::Bench(library).report_together();
    cedar::bench::Bench(library).report_kill();
    cedar::bench::Bench(library).report_many();
    return 0;
}
