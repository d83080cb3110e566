#include "host/loader/folder.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <system_error>

namespace cedar::host::loader {

namespace {

Error folder_error(const std::filesystem::path& folder, const std::error_code& why) {
    const bool missing = why == std::errc::no_such_file_or_directory;
    return Error{missing ? ErrorCode::not_found : ErrorCode::io,
                 "plugin folder " + to_utf8(folder.native()) + ": cannot be read: " + why.message(),
                 {}};
}

}  // namespace

bool is_candidate(std::string_view name) {
    constexpr std::string_view kSuffix = ".so";
    return name.size() > kSuffix.size() && name.ends_with(kSuffix) &&
           std::string_view(".~#").find(name.front()) == std::string_view::npos;
}

Result<FolderListing> list_candidates(const std::filesystem::path& folder, std::size_t max_files) {
    std::error_code failed;
    const std::filesystem::path absolute = std::filesystem::absolute(folder, failed);
    if (failed) return folder_error(folder, failed);
    std::filesystem::directory_iterator entry(absolute, failed);
    FolderListing listing;
    for (; !failed && entry != std::filesystem::directory_iterator{}; entry.increment(failed)) {
        if (is_candidate(entry->path().filename().native())) listing.files.push_back(entry->path());
    }
    if (failed) return folder_error(folder, failed);
    std::ranges::sort(listing.files);
    if (listing.files.size() > max_files) {
        listing.left_out = listing.files.size() - max_files;
        listing.files.resize(max_files);
    }
    return listing;
}

}  // namespace cedar::host::loader
