#include "host/os/crash_note.hpp"

#include "host/core/json.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <mutex>
#include <system_error>

namespace cedar::host::os {
namespace {

constexpr mode_t kFolderMode = 0700, kOwnerOnly = 0600;

// Names of this process's note, made beforehand.
struct Place {
    std::string folder, file;
    pid_t process = 0;
};

std::atomic<const Place*> g_place{nullptr};

void write_all(int descriptor, const char* text, std::size_t size) noexcept {
    while (size > 0) {
        const ssize_t written = ::write(descriptor, text, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        size -= static_cast<std::size_t>(written);
    }
}

void write_all(int descriptor, const char* text) noexcept {
    write_all(descriptor, text, std::strlen(text));
}

void write_number(int descriptor, long long value) noexcept {
    std::array<char, 24> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value > 0);
    write_all(descriptor, digits.data() + at, digits.size() - at);
}

// The process is about to end: one whose descriptors are all taken can spare its input.
int open_note(const Place& place) noexcept {
    ::mkdir(place.folder.c_str(), kFolderMode);
    for (int attempt = 0;; ++attempt) {
        const int made = ::open(place.file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
        if (made >= 0 || errno != EMFILE || attempt > 0) return made;
        ::close(STDIN_FILENO);
    }
}

CrashNote read_note(const std::filesystem::path& file) {
    CrashNote note;
    note.file = file;
    std::ifstream stream(file, std::ios::binary);
    std::string text(kCrashNoteBytes, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    const auto document = parse_json(text, {.max_bytes = kCrashNoteBytes});
    if (!document || !document->IsObject()) return note;
    const JsonValue* at = find_member(*document, "at_ms");
    const std::string_view sha256 = string_member(*document, "sha256");
    if (sha256.size() != 64 || at == nullptr || !at->IsInt64()) return note;
    note.name = string_member(*document, "name");
    note.sha256 = sha256;
    note.place = string_member(*document, "place");
    note.how = string_member(*document, "how");
    note.at = UtcTime(std::chrono::duration_cast<UtcTime::duration>(std::chrono::milliseconds(at->GetInt64())));
    return note;
}

}  // namespace

// Names once given stay: a handler may be reading them.
void keep_crash_notes(const std::filesystem::path& folder) {
    static std::mutex mutex;
    static auto* const places = std::make_unique<std::vector<std::unique_ptr<const Place>>>().release();
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    std::error_code ignored;  // then as it was given; a library may change the working folder
    const auto there = std::filesystem::absolute(folder, ignored);
    auto place = std::make_unique<Place>();
    place->process = ::getpid();
    place->folder = ignored ? folder.native() : there.native();
    place->file = (std::filesystem::path(place->folder) /
                   (std::to_string(ms) + "-" + std::to_string(place->process) + ".json"))
                      .native();
    const std::lock_guard lock(mutex);
    places->push_back(std::move(place));
    g_place = places->back().get();
}

std::vector<CrashNote> crash_notes_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code gone;
    for (std::filesystem::directory_iterator at(folder, gone), end; !gone && at != end; at.increment(gone)) {
        std::error_code ignored;
        if (at->path().extension() == ".json" && at->is_regular_file(ignored)) files.push_back(at->path());
    }
    std::ranges::sort(files);
    if (files.size() > kCrashNotesMax) files.resize(kCrashNotesMax);
    std::vector<CrashNote> notes;
    for (const auto& file : files) notes.push_back(read_note(file));
    return notes;
}

bool keeps_crash_notes() noexcept {
    const Place* const place = g_place;
    return place != nullptr && place->process == ::getpid();
}

void write_crash_note(const char* culprit, const char* how) noexcept {
    const Place* const place = g_place;
    if (place == nullptr || place->process != ::getpid()) return;
    const int note = open_note(*place);
    if (note < 0) return;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    write_all(note, culprit);
    write_all(note, ",\"how\":\"");
    write_all(note, how);
    write_all(note, "\",\"at_ms\":");
    write_number(note, static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1000000);
    write_all(note, "}\n");
    ::close(note);
}

}  // namespace cedar::host::os
