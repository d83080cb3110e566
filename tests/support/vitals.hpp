#pragma once
#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace cedar::host {

// What a process holds, as the system sees it.
struct Vitals {
    std::size_t descriptors = 0, threads = 0;
    std::size_t resident_kib = 0;
    double cpu_seconds = 0;  // used so far
};

inline Vitals vitals_of(pid_t process) {
    Vitals out;
    const std::filesystem::path place = "/proc/" + std::to_string(process);
    std::error_code gone;
    for (auto it = std::filesystem::directory_iterator(place / "fd", gone);
         it != std::filesystem::directory_iterator(); it.increment(gone))
        ++out.descriptors;
    std::ifstream status(place / "status");
    for (std::string name; status >> name;) {
        if (name == "VmRSS:") status >> out.resident_kib;
        if (name == "Threads:") status >> out.threads;
    }
    std::ifstream stat(place / "stat");
    std::string line;
    std::getline(stat, line);
    std::istringstream fields(line.substr(line.rfind(')') + 1));  // a name may hold blanks
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0, system = 0;
    fields >> user >> system;
    out.cpu_seconds = (user + system) / 100;  // USER_HZ is 100 on Linux
    return out;
}

}  // namespace cedar::host
