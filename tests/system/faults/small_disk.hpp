#pragma once
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace cedar::host {

// A file system in memory at a folder, which whatever runs inside run() sees, and the processes that it starts;
// nobody else does. It can be filled, and made read-only.
class SmallDisk {
public:
    // Runs `body` on a thread that sees such a disk of `size` ("4m") at `folder`. Else says why that may not be.
    static std::string run(const std::filesystem::path& folder, const std::string& size,
                           const std::function<void(SmallDisk&)>& body) {
        std::string refusal;
        std::thread([&] {
            std::filesystem::create_directories(folder);
            SmallDisk disk(folder);
            if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                ::mount("none", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0) {
                refusal = std::string("no file system in memory: ") + std::strerror(errno);
                return;
            }
            body(disk);
            ::umount2(folder.c_str(), MNT_DETACH);
        }).join();
        return refusal;
    }
    // Until there is no room for another octet.
    void fill() const {
        const int file = ::open(ballast().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_APPEND, 0600);
        for (std::size_t piece = 65536; piece > 0; piece /= 2) {
            const std::vector<char> octets(piece, 'x');
            while (::write(file, octets.data(), octets.size()) == static_cast<ssize_t>(octets.size())) continue;
        }
        ::close(file);
    }
    void make_room() const { std::filesystem::remove(ballast()); }
    bool write_protect(bool on) const {
        return ::mount("none", folder_.c_str(), nullptr, MS_REMOUNT | (on ? MS_RDONLY : 0), "") == 0;
    }
    // One file of it; only while nobody has it open.
    static bool write_protect_file(const std::filesystem::path& file, bool on) {
        if (!on) return ::umount2(file.c_str(), MNT_DETACH) == 0;
        return ::mount(file.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
               ::mount("none", file.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }

private:
    explicit SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {}
    [[nodiscard]] std::string ballast() const { return (folder_ / "ballast").string(); }

    std::filesystem::path folder_;
};

}  // namespace cedar::host
