#include "host/store/stored_files.hpp"

#include "host/core/error.hpp"
#include "host/core/json.hpp"
#include "host/store/text.hpp"
#include "host/store/timestamp.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace cedar::host::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNameBytesMax = 180;  // leaves room in the 255 of a file system for stamp, number and ending
constexpr std::size_t kNameCharsMax = 45;   // of four bytes each
constexpr std::string_view kPendingEnding = ".part";

[[noreturn]] void fail(const fs::path& path, const char* what, const std::error_code& why) {
    throw ErrorException({ErrorCode::io, path.string() + ": " + what + " (" + why.message() + ")", {}});
}

}  // namespace

StoredFiles::StoredFiles(fs::path folder) : folder_(std::move(folder)) {
    std::error_code failure;
    fs::create_directories(folder_, failure);
    if (failure) fail(folder_, "the folder cannot be made", failure);
}

std::string StoredFiles::free_name(std::string_view name, UtcTime now) const {
    std::string clean = to_utf8(name);
    if (clean.size() > kNameBytesMax) clean = last_code_points(clean, kNameCharsMax);  // the end: it has the ending
    const std::string stamp = to_stamp(now) + "__";
    std::string free = stamp + clean;
    for (int number = 2; fs::exists(folder_ / free) || fs::exists(pending_path(free)); ++number) {
        free = stamp + std::to_string(number) + "__" + clean;
    }
    return free;
}

void StoredFiles::write_pending(const std::string& name, std::string_view bytes) const {
    const auto path = pending_path(name);
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (out) return;
    const std::error_code why(errno, std::generic_category());
    discard_pending(name);
    fail(path, "the copy of the file cannot be written", why);
}

void StoredFiles::publish_pending(const std::string& name) const {
    std::error_code failure;
    fs::rename(pending_path(name), folder_ / name, failure);
    if (failure) fail(folder_ / name, "the copy of the file cannot be put in place", failure);
}

void StoredFiles::discard_pending(const std::string& name) const noexcept {
    std::error_code ignored;  // what stays is taken away by the next import
    fs::remove(pending_path(name), ignored);
}

void StoredFiles::remove(const std::string& name) const noexcept {
    std::error_code ignored;  // an extra copy does no harm
    fs::remove(folder_ / name, ignored);
}

std::vector<std::string> StoredFiles::pending() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with('.') || !name.ends_with(kPendingEnding)) continue;
        names.push_back(name.substr(1, name.size() - 1 - kPendingEnding.size()));
    }
    return names;
}

fs::path StoredFiles::pending_path(const std::string& name) const {
    return folder_ / ("." + name + std::string(kPendingEnding));
}

}  // namespace cedar::host::store
