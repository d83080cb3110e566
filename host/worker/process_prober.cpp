#include "host/worker/process_prober.hpp"

#include "host/worker/probing.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace cedar::host::worker {
namespace {

Descriptor make_wake() {
    Descriptor made(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!made) throw std::system_error(errno, std::generic_category(), "eventfd");
    return made;
}

}  // namespace

using loader::ProbeTarget;
using loader::ProbeVerdict;

ProcessProber::ProcessProber(Spawner& spawner, ProberOptions options)
    : spawner_(spawner),
      options_(std::move(options)),
      wake_(make_wake()),
      cache_(options_.cache, options_.host_version) {}

ProcessProber::~ProcessProber() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ::eventfd_write(wake_.get(), 1);
    if (thread_.joinable()) thread_.join();
}

void ProcessProber::begin(std::vector<ProbeTarget> targets) {
    std::thread ended;
    {
        const std::lock_guard lock(mutex_);
        for (ProbeTarget& target : targets) {
            if (auto known = cache_.find(target)) {
                told_.push_back({target.ticket, std::move(*known)});
            } else {
                incoming_.push_back(std::move(target));
                ++open_;
            }
        }
        if (incoming_.empty()) return;
        if (!running_) {
            ended.swap(thread_);
            start_thread();
        }
    }
    ::eventfd_write(wake_.get(), 1);
    if (ended.joinable()) ended.join();
}

// Where the system gives no thread, nothing can be tried: that is each library's verdict, and the host goes on.
void ProcessProber::start_thread() {
    try {
        thread_ = std::thread([this] { run(); });
        running_ = true;
    } catch (const std::system_error& error) {
        for (const ProbeTarget& target : std::exchange(incoming_, {})) {
            ProbeVerdict verdict;
            verdict.kind = ProbeVerdict::Kind::rejected;
            verdict.reason = std::string("could not be tried: expected a thread for it, got: ") + error.what();
            told_.push_back({target.ticket, std::move(verdict)});
            --open_;
        }
    }
}

std::vector<loader::Prober::Told> ProcessProber::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(told_, {});
}

bool ProcessProber::wait(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [this] { return !told_.empty() || open_ == 0; });
    return !told_.empty();
}

void ProcessProber::listen(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
}

void ProcessProber::run() {
    std::error_code ignored;  // a probe without a folder of its own has none to write to
    if (!options_.temp_folder.empty()) std::filesystem::create_directories(options_.temp_folder, ignored);
    Probing probing(spawner_, options_, wake_.get(),
                    [this](const ProbeTarget& target, ProbeVerdict verdict) { tell(target, std::move(verdict)); });
    std::vector<ProbeTarget> targets;
    while (take_in(targets, probing.idle())) {
        probing.want(std::exchange(targets, {}));
        probing.step();
    }
}

// Whoever wants something tried does not wait while the file is written.
bool ProcessProber::take_in(std::vector<ProbeTarget>& targets, bool idle) {
    std::unique_lock lock(mutex_);
    for (;;) {
        targets = std::exchange(incoming_, {});
        if (!stopping_ && (!idle || !targets.empty())) return true;
        const auto text = cache_.unsaved();
        if (!text) break;
        lock.unlock();
        static_cast<void>(cache_.write(*text));  // what is not saved is tried again next time
        lock.lock();
    }
    running_ = false;
    return false;
}

void ProcessProber::tell(const ProbeTarget& target, ProbeVerdict verdict) {
    std::function<void()> listener;
    {
        const std::lock_guard lock(mutex_);
        cache_.remember(target, verdict);
        told_.push_back({target.ticket, std::move(verdict)});
        --open_;
        listener = listener_;
    }
    changed_.notify_all();
    if (listener) listener();
}

}  // namespace cedar::host::worker
