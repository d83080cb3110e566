#include "host/store/file_walk.hpp"

#include "host/core/json.hpp"
#include "host/core/utf8.hpp"
#include "host/store/text.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace cedar::host::store {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDisplayNameMax = 255;  // the column's width

std::string display_name(const fs::path& name) {
    const std::string text = to_utf8(name.generic_string());
    if (utf8_length(text) <= kDisplayNameMax) return text;
    return "…" + std::string(last_code_points(text, kDisplayNameMax - 1));
}

Result<fs::path> real_path(const fs::path& path) {
    std::error_code failure;
    auto real = fs::canonical(path, failure);
    if (!failure) return real;
    return Error{ErrorCode::not_found,
                 path.string() + ": expected a file or folder, got none (" + failure.message() + ")",
                 {}};
}

class Walk {
public:
    explicit Walk(std::size_t max_files) : max_files_(max_files) {}

    Result<FoundFiles> run(std::span<const fs::path> paths) {
        for (const auto& path : paths) {
            const auto real = real_path(path);
            if (!real) return real.error();
            visit(*real, real->filename());
        }
        if (too_many_) {
            return Error{ErrorCode::limit,
                         "expected at most " + std::to_string(max_files_) +
                             " files in one import (import.max_files), got more",
                         {}};
        }
        return std::move(found_);
    }

private:
    void visit(const fs::path& path, const fs::path& name) {
        std::error_code failure;
        const auto real = fs::canonical(path, failure);
        if (failure) return skip(path, "cannot be followed (" + failure.message() + ")");
        const auto status = fs::status(real, failure);
        if (failure) return skip(path, "cannot be looked at (" + failure.message() + ")");
        if (!seen_.insert(real.native()).second) return;  // the same again, by another link
        if (fs::is_directory(status)) return visit_folder(real, name);
        if (!fs::is_regular_file(status)) return skip(path, "not a regular file");
        add(real, name);
    }

    void add(const fs::path& real, const fs::path& name) {
        std::error_code failure;
        const auto bytes = fs::file_size(real, failure);
        if (failure) return skip(real, "cannot be looked at (" + failure.message() + ")");
        too_many_ = found_.files.size() >= max_files_;
        if (!too_many_) found_.files.push_back({real, display_name(name), bytes});
    }

    void visit_folder(const fs::path& folder, const fs::path& name) {
        std::error_code failure;
        std::vector<fs::path> entries;
        fs::directory_iterator entry(folder, failure);
        for (; !failure && entry != fs::directory_iterator(); entry.increment(failure)) {
            if (!entry->path().filename().native().starts_with('.')) entries.push_back(entry->path());
        }
        if (failure) skip(folder, "the folder cannot be read (" + failure.message() + ")");
        std::ranges::sort(entries);
        for (const auto& path : entries) {
            if (too_many_) return;
            visit(path, name / path.filename());
        }
    }

    void skip(const fs::path& path, std::string reason) {
        found_.skipped.push_back({to_utf8(path.native()), std::move(reason)});
    }

    std::size_t max_files_;
    bool too_many_ = false;
    std::set<std::string> seen_;
    FoundFiles found_;
};

}  // namespace

Result<void> expect_paths(std::span<const std::filesystem::path> paths) {
    for (const auto& path : paths) {
        if (auto real = real_path(path); !real) return real.error();
    }
    return {};
}

Result<FoundFiles> find_files(std::span<const std::filesystem::path> paths, std::size_t max_files) {
    return Walk(max_files).run(paths);
}

}  // namespace cedar::host::store
