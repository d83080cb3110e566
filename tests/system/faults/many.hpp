#pragma once
#include <sys/resource.h>

#include <cstddef>

namespace cedar::host {

// Whether this process may hold so many descriptors; its own limit is raised as far as it may be.
inline bool may_hold_descriptors(std::size_t count) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    limit.rlim_cur = limit.rlim_max;
    return limit.rlim_max >= count && ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace cedar::host
