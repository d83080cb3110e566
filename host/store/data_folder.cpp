#include "host/store/data_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace cedar::host::store {

namespace {

Error folder_error(const std::filesystem::path& folder, const std::string& what, const std::string& words) {
    return {ErrorCode::io, "data folder " + folder.string() + ": " + what + " (" + words + ")", {}};
}

}  // namespace

Result<void> prepare_data_folder(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure) return folder_error(folder, "expected a folder that exists or can be made", failure.message());
    if (!std::filesystem::is_directory(folder, failure)) {
        return folder_error(folder, "expected a folder, got something else", "not a directory");
    }
    std::string probe = (folder / ".cedar-probe-XXXXXX").string();
    const int file = ::mkostemp(probe.data(), O_CLOEXEC);
    if (file < 0) {
        return folder_error(folder, "expected a folder that can be written",
                            std::error_code(errno, std::generic_category()).message());
    }
    ::close(file);
    ::unlink(probe.c_str());
    return {};
}

}  // namespace cedar::host::store
