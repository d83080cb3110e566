#include "host/store/event_journal.hpp"

#include "host/core/error.hpp"
#include "host/os/file_lock.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

namespace cedar::host::store {
namespace {

constexpr std::uint64_t kMagic = 0x31304c4a52444543;  // "CEDRJL01"
constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kAlign = 16;
constexpr std::uint32_t kEndOfLap = 0xffffffff;  // as a length: the next entry begins the next lap

std::size_t aligned(std::size_t bytes) {
    return (bytes + kAlign - 1) / kAlign * kAlign;
}

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
    throw ErrorException({ErrorCode::io, file.string() + ": cannot keep a journal of events here",
                          std::error_code(error, std::generic_category()).message()});
}

// Offset of Header::owner in the file.
constexpr off_t kOwnerAt = 3 * sizeof(std::uint64_t);

bool owner_is_gone(int file) {
    std::int64_t owner = 0;
    return ::pread(file, &owner, sizeof owner, kOwnerAt) == ssize_t{sizeof owner} && owner > 0 &&
           ::kill(static_cast<pid_t>(owner), 0) != 0 && errno == ESRCH;
}

// A lock goes with the open file, which a child has too until it runs its own program. A host that was killed just
// then is gone, and its lock is not yet: another journal would be taken, and what it said be missing.
bool take(int file, const std::function<void()>& pause) {
    const auto until = std::chrono::steady_clock::now() + EventJournal::kLeftBehindWait;
    while (!os::lock_file(file, os::Hold::alone, {})) {
        if (!owner_is_gone(file) || std::chrono::steady_clock::now() >= until) return false;
        pause();
    }
    return true;
}

}  // namespace

// The first page. `tail` is an offset that counts over all laps, as all offsets here.
struct EventJournal::Header {
    Header(std::uint64_t the_magic, std::uint64_t the_bytes, std::uint64_t the_tail)
        : magic(the_magic), bytes(the_bytes), tail(the_tail) {}
    std::uint64_t magic, bytes;
    std::atomic<std::uint64_t> tail;
    std::atomic<std::int64_t> owner{0};  // the process that has, or had, the file
};
// Before each entry. It is one only if `offset` is its own place in this lap, and that is written last: a process
// that is killed while it writes leaves the entry of the lap before, or none.
struct EventJournal::Entry {
    std::atomic<std::uint64_t> offset;
    std::uint32_t length, check;
};

void EventJournal::a_moment() {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

std::unique_ptr<EventJournal> EventJournal::open(const std::filesystem::path& path, std::size_t bytes,
                                                 const std::function<void()>& pause) {
    bytes = aligned(bytes);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) fail(path, errno);
    if (!take(file, pause)) {
        ::close(file);
        return nullptr;
    }
    // A file of another size is read as it is and takes its new size once nothing is left in it.
    std::uint64_t head[2]{};
    const bool known = ::pread(file, head, sizeof head, 0) == ssize_t{sizeof head} && head[0] == kMagic &&
                       ::lseek(file, 0, SEEK_END) >= static_cast<off_t>(kHeaderBytes + head[1]);
    if (known) bytes = head[1];
    const auto whole = kHeaderBytes + bytes;
    // The blocks are taken now: a full disk later would be a bus error.
    if (const int error = ::posix_fallocate(file, 0, static_cast<off_t>(whole)); error != 0) {
        ::close(file);
        fail(path, error);
    }
    void* memory = ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) {
        const int error = errno;
        ::close(file);
        fail(path, error);
    }
    std::unique_ptr<EventJournal> journal(new EventJournal(file, static_cast<std::byte*>(memory), bytes));
    if (!known) {
        std::construct_at(static_cast<Header*>(memory), kMagic, bytes,
                          bytes);  // the first lap is 1: offset 0 means nothing was written
    }
    journal->header().owner.store(::getpid());
    return journal;
}

EventJournal::EventJournal(int file, std::byte* memory, std::size_t bytes)
    : file_(file), memory_(memory), bytes_(bytes) {}

EventJournal::~EventJournal() {
    ::munmap(memory_, kHeaderBytes + bytes_);
    ::close(file_);
}

EventJournal::Header& EventJournal::header() const {
    return *reinterpret_cast<Header*>(memory_);
}

std::byte* EventJournal::at(std::uint64_t offset) const {
    return memory_ + kHeaderBytes + offset % bytes_;
}

std::vector<std::string> EventJournal::left_over() {
    std::vector<std::string> entries;
    const std::uint64_t tail = header().tail.load();
    std::uint64_t offset = tail;
    while (offset - tail < bytes_) {
        const auto room = bytes_ - offset % bytes_;
        if (room < sizeof(Entry)) {
            offset = next_lap(offset);
            continue;
        }
        const auto& entry = *reinterpret_cast<const Entry*>(at(offset));
        if (entry.offset.load() != offset || entry.check != ~entry.length) break;
        if (entry.length == kEndOfLap) {
            offset = next_lap(offset);
            continue;
        }
        if (entry.length > room - sizeof(Entry)) break;
        entries.emplace_back(reinterpret_cast<const char*>(at(offset) + sizeof(Entry)), entry.length);
        offset += aligned(sizeof(Entry) + entry.length);
    }
    end_ = offset;
    return entries;
}

void EventJournal::write(std::uint64_t offset, std::string_view text, std::uint32_t length) {
    auto* const entry = reinterpret_cast<Entry*>(at(offset));
    if (!text.empty()) std::memcpy(at(offset) + sizeof(Entry), text.data(), text.size());
    entry->length = length;
    entry->check = ~length;
    entry->offset.store(offset, std::memory_order_release);
}

bool EventJournal::append(std::string_view text) {
    const std::uint64_t tail = header().tail.load();
    // An empty journal begins a lap, so that a quiet host touches the same few pages again and again.
    if (end_ == tail && end_ % bytes_ != 0) {
        end_ = next_lap(end_);
        header().tail.store(end_);
    }
    const auto need = aligned(sizeof(Entry) + text.size());
    const auto room = bytes_ - end_ % bytes_;
    const auto begin = need <= room ? end_ : next_lap(end_);
    if (need > bytes_ || begin + need - header().tail.load() > bytes_) return false;
    if (begin != end_ && room >= sizeof(Entry)) write(end_, {}, kEndOfLap);
    write(begin, text, static_cast<std::uint32_t>(text.size()));
    end_ = begin + need;
    return true;
}

void EventJournal::release(std::uint64_t until) {
    auto& tail = header().tail;
    for (std::uint64_t seen = tail.load(); seen < until && !tail.compare_exchange_weak(seen, until);) {}
}

}  // namespace cedar::host::store
