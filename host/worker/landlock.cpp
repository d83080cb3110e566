// Landlock by its system calls: glibc has no wrappers, and the header may be older than the kernel. Source: Linux,
// Documentation/userspace-api/landlock.rst.
#include "host/worker/descriptor.hpp"
#include "host/worker/sandbox.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace cedar::host::worker {
namespace {

#ifndef SYS_landlock_create_ruleset
constexpr long SYS_landlock_create_ruleset = 444, SYS_landlock_add_rule = 445, SYS_landlock_restrict_self = 446;
#endif

constexpr unsigned kVersionQuestion = 1U << 0;
constexpr int kPathBeneath = 1;

// Rights of the file system, a bit each.
constexpr std::uint64_t kExecute = 1U << 0, kWriteFile = 1U << 1, kReadFile = 1U << 2, kReadFolder = 1U << 3;
constexpr std::uint64_t kUpTo1 = (1U << 13) - 1, kRefer = 1U << 13, kTruncate = 1U << 14, kIoctl = 1U << 15;
constexpr std::uint64_t kTcp = 3;     // bind, connect; since version 4
constexpr std::uint64_t kScopes = 3;  // abstract sockets, signals; since version 6

struct RulesetAttributes {
    std::uint64_t files, network, scopes;
};
struct __attribute__((packed)) PathAttributes {
    std::uint64_t allowed;
    std::int32_t folder;
};

std::uint64_t file_rights(int version) {
    std::uint64_t rights = kUpTo1;
    if (version >= 2) rights |= kRefer;
    if (version >= 3) rights |= kTruncate;
    if (version >= 5) rights |= kIoctl;
    return rights;
}

// What is not there needs no rule.
void allow(int ruleset, const std::string& path, std::uint64_t rights) {
    const Descriptor folder(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!folder) return;
    const PathAttributes rule{rights, folder.get()};
    static_cast<void>(::syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0));
}

std::string why() {
    return std::strerror(errno);
}

}  // namespace

int landlock_version() {
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersionQuestion);
    return version > 0 ? static_cast<int>(version) : 0;
}

std::string restrict_files(const StartMessage& start) {
    const int version = landlock_version();
    if (version == 0) return "this kernel has no Landlock";
    const std::uint64_t all = file_rights(version);
    const RulesetAttributes attributes{all, version >= 4 ? kTcp : 0, version >= 6 ? kScopes : 0};
    const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const Descriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
    if (!ruleset) return "no Landlock ruleset: " + why();
    const std::uint64_t read = kExecute | kReadFile | kReadFolder;
    for (const char* folder : {"/usr", "/lib", "/lib64", "/bin"}) allow(ruleset.get(), folder, read);
    // Names, time zones, certificates; what else is there is as readable as its permissions say.
    for (const char* folder : {"/etc", "/sys/devices/system/cpu"})
        allow(ruleset.get(), folder, kReadFile | kReadFolder);
    for (const char* file : {"/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/dev/urandom", "/dev/random"}) {
        allow(ruleset.get(), file, std::string(file) == "/proc/self" ? kReadFile | kReadFolder : kReadFile);
    }
    for (const char* file : {"/dev/null", "/dev/zero"}) allow(ruleset.get(), file, kReadFile | kWriteFile);
    for (const std::string& folder : start.readable) allow(ruleset.get(), folder, read);
    if (!start.temp_folder.empty()) allow(ruleset.get(), start.temp_folder, all & ~kExecute);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no_new_privs: " + why();
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return "Landlock: " + why();
    return {};
}

}  // namespace cedar::host::worker
