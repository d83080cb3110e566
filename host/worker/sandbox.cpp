#include "host/worker/sandbox.hpp"

#include "host/runtime/sanitizer_fibers.hpp"
#include "host/worker/descriptor.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace cedar::host::worker {
namespace {

using Fact = HelloMessage::Fact;

Fact set_limit(std::string name, __rlimit_resource resource, std::uint64_t value, const std::string& unit) {
    if (value == 0 && resource != RLIMIT_CORE) return {std::move(name), false, "no limit is set"};
    const rlimit limit{value, value};
    if (::setrlimit(resource, &limit) != 0) return {std::move(name), false, std::strerror(errno)};
    return {std::move(name), true, "at most " + std::to_string(value) + " " + unit};
}

// The shadow memory of a sanitizer is larger than any limit.
Fact limit_memory(std::uint64_t bytes) {
    if constexpr (runtime::kSanitized) return {"memory", false, "not in a build with sanitizers"};
    return set_limit("memory", RLIMIT_DATA, bytes, "bytes of heap, data and stacks (RLIMIT_DATA)");
}

bool can_open_socket() {
    return static_cast<bool>(Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
}

bool can_read_root() {
    return static_cast<bool>(Descriptor(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

// A child that could be made ends at once.
bool can_make_process() {
    const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) ::_exit(0);
    if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
    return child > 0;
}

Fact fact(std::string name, bool possible, const std::string& by, const std::string& failure) {
    if (!possible) return {std::move(name), true, by};
    return {std::move(name), false, failure.empty() ? "it was possible all the same" : failure};
}

}  // namespace

std::vector<Fact> confine(const StartMessage& start) {
    std::vector<Fact> facts;
    facts.push_back(limit_memory(start.memory_bytes));
    facts.push_back(set_limit("size of a file", RLIMIT_FSIZE, start.file_bytes, "bytes (RLIMIT_FSIZE)"));
    facts.push_back(set_limit("open files", RLIMIT_NOFILE, start.descriptors_max, "(RLIMIT_NOFILE)"));
    facts.push_back(set_limit("core dumps", RLIMIT_CORE, 0, "bytes (RLIMIT_CORE)"));
    if (!start.confined) {
        facts.push_back({"sandbox", false, "a trusted plugin is not confined"});
        return facts;
    }
    const std::string files = restrict_files(start);
    const std::string calls = filter_system_calls();
    const std::string landlock = "Landlock, version " + std::to_string(landlock_version());
    facts.push_back(fact("no network", can_open_socket(), "seccomp", calls));
    facts.push_back(fact("no other programs", can_make_process(), "seccomp", calls));
    facts.push_back(
        fact("no files but the system's, its library and its temporary folder", can_read_root(), landlock, files));
    facts.push_back({"no harmful system calls", calls.empty(), calls.empty() ? "seccomp" : calls});
    return facts;
}

}  // namespace cedar::host::worker
