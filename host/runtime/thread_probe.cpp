#include "host/runtime/thread_probe.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include <array>
#include <string>
#include <string_view>

namespace cedar::host::runtime {

ThreadProbe ThreadProbe::of_this_thread() {
    ThreadProbe probe;
    probe.id_ = ::gettid();
    ::pthread_getcpuclockid(::pthread_self(), &probe.cpu_clock_);
    return probe;
}

std::chrono::nanoseconds ThreadProbe::cpu_time() const {
    ::timespec time{};
    if (::clock_gettime(cpu_clock_, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// Source: proc(5), /proc/pid/stat: the state is the field after the name, which ends at the last ')'.
bool ThreadProbe::blocked() const {
    const std::string path = "/proc/self/task/" + std::to_string(id_) + "/stat";
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    std::array<char, 128> text{};
    const ssize_t size = ::read(file, text.data(), text.size());
    ::close(file);
    if (size <= 0) return false;
    const std::string_view line(text.data(), static_cast<std::size_t>(size));
    const auto name_end = line.rfind(')');
    if (name_end == std::string_view::npos || name_end + 2 >= line.size()) return false;
    const char state = line[name_end + 2];
    return state == 'S' || state == 'D';
}

}  // namespace cedar::host::runtime
