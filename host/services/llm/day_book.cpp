#include "host/services/llm/day_book.hpp"

#include "host/os/file_lock.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace cedar::host::services::llm {

namespace {

// A line always has this length, so that a new one covers the old one.
constexpr std::size_t kLine = 32, kDate = 10;

using Line = std::array<char, kLine + 1>;

// Another host is at it for microseconds; the thread that waits serves all calls.
constexpr std::chrono::milliseconds kOthersWrite{100};

Error io(const std::filesystem::path& file, const char* what) {
    return {ErrorCode::io,
            "the costs of the day are kept in " + file.string() + ", which cannot be " + what + ": " +
                std::generic_category().message(errno),
            {}};
}

std::string date_of(std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

struct Kept {
    std::string date;  // empty: a new file
    double sum = 0;
};

std::optional<Kept> kept_in(std::string_view line) {
    if (line.empty()) return Kept{};
    const auto digits = line.find_first_not_of(' ', kDate);
    if (line.size() != kLine || line[kDate] != ' ' || !line.ends_with('\n') || digits >= kLine) return std::nullopt;
    Kept kept;
    kept.date = line.substr(0, kDate);
    const auto* end = line.data() + kLine - 1;
    const auto read = std::from_chars(line.data() + digits, end, kept.sum);
    if (read.ec != std::errc() || read.ptr != end || !(kept.sum >= 0)) return std::nullopt;
    return kept;
}

}  // namespace

Result<double> DayBook::update(std::int64_t day, OtherDay other,
                               const std::function<Result<double>(double)>& change) const {
    const auto file = os::LockedFile::open(file_, os::Hold::alone, kOthersWrite);
    if (!file) return Error{file.error().code, "the costs of the day are kept in " + file.error().message, {}};
    Line line{};
    const auto size = ::pread(file->descriptor(), line.data(), line.size(), 0);
    if (size < 0) return io(file_, "read");
    const auto today = date_of(day);
    const auto kept = kept_in({line.data(), static_cast<std::size_t>(size)});
    if (!kept) {
        return Error{ErrorCode::corrupt,
                     "the costs of the day are kept in " + file_.string() +
                         ", which is not as cedar wrote it; remove it to count from zero",
                     {}};
    }
    if (kept->date != today && other == OtherDay::stays) return kept->sum;
    auto changed = change(kept->date == today ? kept->sum : 0);
    if (!changed) return changed;
    std::snprintf(line.data(), line.size(), "%s %20.9f\n", today.c_str(), *changed);
    if (::pwrite(file->descriptor(), line.data(), kLine, 0) != static_cast<ssize_t>(kLine))
        return io(file_, "written");
    return changed;
}

}  // namespace cedar::host::services::llm
