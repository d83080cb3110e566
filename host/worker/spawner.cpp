#include "host/worker/spawner.hpp"

#include "host/runtime/sanitizer_fibers.hpp"
#include "host/worker/fd_passing.hpp"
#include "host/worker/worker_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cedar::host::worker {
namespace {

Error no_process(const std::string& what, int number) {
    return {ErrorCode::unavailable, "no worker process: " + what + ": " + std::strerror(number), {}};
}

// What a component may know of its surroundings: no keys, no home, nobody's session.
std::vector<std::string> scrubbed_environment() {
    constexpr std::string_view kKept[] = {"PATH",         "LANG",         "LC_ALL",        "TZ",
                                          "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    std::vector<std::string> out;
    // A confined process cannot look for its leaks, and would end with that instead of how it ended.
    if constexpr (runtime::kSanitized) out.emplace_back("LSAN_OPTIONS=detect_leaks=0");
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        for (const std::string_view name : kKept) {
            if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) out.emplace_back(text);
        }
    }
    return out;
}

// A new process of `program`; its socket is `socket`, and it writes to `output` (-1: where this one does).
Result<ChildProcess> launch(const std::filesystem::path& program, const char* role, int socket, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (output >= 0) {
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    }
    posix_spawn_file_actions_adddup2(&actions, socket, kWorkerSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions, kWorkerSocket + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::string name = "cedar", command = "worker", argument = role;
    char* const arguments[] = {name.data(), command.data(), argument.data(), nullptr};
    auto variables = scrubbed_environment();
    std::vector<char*> environment;
    for (std::string& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments, environment.data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) return no_process(program.native(), failed);
    // Not reaped by anyone else: the number is the child's as long as this process lives.
    return ChildProcess(child, Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))));
}

// Two ends; `above` keeps the child's out of the way of the numbers that it gets in the child.
Result<std::pair<Descriptor, Descriptor>> socket_pair(int type) {
    int ends[2];
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return no_process("socketpair", errno);
    Descriptor mine(ends[0]);
    const Descriptor theirs(ends[1]);
    Descriptor moved(::fcntl(theirs.get(), F_DUPFD_CLOEXEC, 10));
    if (!moved) return no_process("descriptors", errno);
    return std::pair(std::move(mine), std::move(moved));
}

Result<std::pair<Descriptor, Descriptor>> output_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return no_process("pipe", errno);
    Descriptor read(ends[0]);
    const Descriptor write(ends[1]);
    ::fcntl(read.get(), F_SETFL, O_NONBLOCK);
    Descriptor moved(::fcntl(write.get(), F_DUPFD_CLOEXEC, 10));
    if (!moved) return no_process("descriptors", errno);
    return std::pair(std::move(read), std::move(moved));
}

}  // namespace

struct Spawner::Impl {
    explicit Impl(std::filesystem::path file) : program(std::move(file)) {
        thread = std::thread([this] { loop(); });
    }

    void loop();
    Result<Spawned> make();
    Result<void> ensure_template();
    Result<ChildProcess> ask_template(int socket, int output);

    const std::filesystem::path program;
    // The parent-death signal goes by the thread that made the process: this one lives as long as they may.
    std::thread thread;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Done> waiting;
    bool stopped = false;

    ChildProcess root;  // the template
    Descriptor control;
};

void Spawner::Impl::loop() {
    for (;;) {
        Done done;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return stopped || !waiting.empty(); });
            if (stopped) break;
            done = std::move(waiting.front());
            waiting.pop_front();
        }
        done(make());
    }
    root = ChildProcess();
}

Result<void> Spawner::Impl::ensure_template() {
    if (root.id() > 0) return {};
    auto ends = socket_pair(SOCK_SEQPACKET);
    if (!ends) return ends.error();
    auto made = launch(program, "template", ends->second.get(), -1);
    if (!made) return made.error();
    root = std::move(*made);
    control = std::move(ends->first);
    return {};
}

Result<ChildProcess> Spawner::Impl::ask_template(int socket, int output) {
    if (auto ready = ensure_template(); !ready) return ready.error();
    const int passed[] = {socket, output};
    Packet answer;
    if (!send_packet(control.get(), 0, passed) || !receive_packet(control.get(), answer)) {
        root = ChildProcess();
        return no_process("the template is gone", EPIPE);
    }
    if (answer.number <= 0) return no_process("fork", static_cast<int>(-answer.number));
    return ChildProcess(static_cast<pid_t>(answer.number), std::move(answer.descriptors[0]));
}

Result<Spawned> Spawner::Impl::make() {
    auto ends = socket_pair(SOCK_STREAM);
    if (!ends) return ends.error();
    auto output = output_pipe();
    if (!output) return output.error();
    const int socket = ends->second.get(), pipe = output->second.get();
    auto child = runtime::kSanitized ? launch(program, "session", socket, pipe) : ask_template(socket, pipe);
    // Where there is no such fork, one by one.
    if (!child && !runtime::kSanitized) child = launch(program, "session", socket, pipe);
    if (!child) return child.error();
    return Spawned{std::move(*child), std::move(ends->first), std::move(output->first)};
}

Spawner::Spawner(std::filesystem::path program) : impl_(std::make_unique<Impl>(std::move(program))) {}

Spawner::~Spawner() {
    std::deque<Done> left;
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopped = true;
        left.swap(impl_->waiting);
    }
    impl_->changed.notify_all();
    impl_->thread.join();
    for (const Done& done : left) done(no_process("the host is stopping", ECANCELED));
}

void Spawner::start(Done done) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->waiting.push_back(std::move(done));
    }
    impl_->changed.notify_one();
}

Result<Spawned> Spawner::start() {
    auto promise = std::make_shared<std::promise<Result<Spawned>>>();
    auto future = promise->get_future();
    start([promise](Result<Spawned> made) { promise->set_value(std::move(made)); });
    return future.get();
}

}  // namespace cedar::host::worker
