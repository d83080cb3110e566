#include "host/worker/worker_link.hpp"

#include "host/core/json.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr unsigned kTurns = 4;         // receives in a row, then others have their turn
constexpr unsigned kLastTurns = 4096;  // what was sent before the end still counts

}  // namespace

WorkerLink::WorkerLink(WorkerLoop& loop, Spawned spawned, std::weak_ptr<LinkOwner> owner,
                       std::size_t frame_bytes_max)
    : loop_(loop),
      owner_(std::move(owner)),
      process_id_(spawned.process.id()),
      socket_(std::move(spawned.socket)),
      output_(std::move(spawned.output)),
      received_(frame_bytes_max),
      process_(std::move(spawned.process)),
      pidfd_(process_.pidfd()) {}

bool WorkerLink::open() {
    const auto self = shared_from_this();
    if (loop_.watch(pidfd_, self) && loop_.watch(socket_.get(), self) && loop_.watch(output_.get(), self)) {
        const std::lock_guard lock(mutex_);  // what was sent before it was watched may have been too much at once
        if (sent_ < unsent_.size()) loop_.want_write(socket_.get(), true);
        return true;
    }
    for (const int descriptor : {pidfd_, socket_.get(), output_.get()}) loop_.forget(descriptor);
    kill("the system watches no more descriptors");
    return false;
}

bool WorkerLink::send(std::string_view frame) {
    bool stuck = false;
    {
        const std::lock_guard lock(mutex_);
        if (dying_) return false;
        const bool waiting = sent_ < unsent_.size();
        unsent_.append(frame);
        stuck = unsent_.size() - sent_ > kUnsentMax;
        if (!stuck && !waiting) {
            static_cast<void>(flush());
            if (sent_ < unsent_.size()) loop_.want_write(socket_.get(), true);
        }
    }
    if (stuck) kill("does not read its messages");
    return !stuck;
}

// A broken socket is noticed by the reader.
bool WorkerLink::flush() {
    while (sent_ < unsent_.size()) {
        const ssize_t done =
            ::send(socket_.get(), unsent_.data() + sent_, unsent_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return errno == EAGAIN;
        sent_ += static_cast<std::size_t>(done);
    }
    unsent_.clear();
    sent_ = 0;
    return true;
}

void WorkerLink::kill(std::string reason) {
    const std::lock_guard lock(mutex_);
    dying_ = true;
    if (reason_.empty()) reason_ = std::move(reason);
    process_.kill();
}

void WorkerLink::finish() {
    const std::lock_guard lock(mutex_);
    dying_ = true;
    if (reason_.empty()) reason_ = "ended with its host";
    ::shutdown(socket_.get(), SHUT_WR);
}

bool WorkerLink::alive() const {
    const std::lock_guard lock(mutex_);
    return !dying_;
}

void WorkerLink::on_ready(int descriptor, bool readable, bool writable) {
    if (descriptor == pidfd_) return conclude();
    if (descriptor == output_.get()) return read_output();
    if (writable) {
        const std::lock_guard lock(mutex_);
        if (!flush() || sent_ == unsent_.size()) loop_.want_write(socket_.get(), false);
    }
    if (!readable || read_frames(kTurns)) return;
    // Closed. A process that crashed is on its way out, and is not made to end otherwise by this.
    loop_.forget(socket_.get());
    const std::lock_guard lock(mutex_);
    dying_ = true;
    process_.kill();
}

// False: the peer has closed the socket.
bool WorkerLink::read_frames(unsigned turns) {
    const auto owner = owner_.lock();
    for (unsigned turn = 0; turn < turns; ++turn) {
        const auto filled = received_.fill(socket_.get());
        if (filled == FrameBuffer::Filled::closed) return false;
        if (filled == FrameBuffer::Filled::nothing) return true;
        while (const auto frame = received_.next()) {
            const std::string complaint = owner ? owner->on_frame(*this, *frame) : std::string();
            if (!complaint.empty()) kill("sent nonsense: " + complaint);
        }
        if (!received_.broken().empty()) {
            kill("sent nonsense: " + received_.broken());
            return true;
        }
        if (received_.drained()) return true;
    }
    return true;
}

void WorkerLink::read_output() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::read(output_.get(), bytes.data(), bytes.size());
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) loop_.forget(output_.get());
    if (got <= 0) return;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
    tail_ += text;
    if (tail_.size() > kTailMax) tail_.erase(0, tail_.size() - kTailMax);
    if (const auto owner = owner_.lock()) owner->on_output(text);
}

void WorkerLink::conclude() {
    static_cast<void>(read_frames(kLastTurns));
    read_output();
    const auto keep = shared_from_this();
    // Before they are closed: a number that is free may be another process's at once.
    for (const int descriptor : {pidfd_, socket_.get(), output_.get()}) loop_.forget(descriptor);
    std::string how;
    {
        const std::lock_guard lock(mutex_);
        const auto end = process_.reap(true);
        if (!end) return;
        dying_ = true;
        how = reason_.empty() ? to_words(*end) + last_words() : reason_;
    }
    if (const auto owner = owner_.lock()) owner->on_end(*this, how);
}

// The last line that it wrote: what terminate() and the fault handler say is there.
std::string WorkerLink::last_words() const {
    std::string_view text = tail_;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
    if (const auto line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
    return text.empty() ? std::string() : ": " + to_utf8(text);
}

}  // namespace cedar::host::worker
