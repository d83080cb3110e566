#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace cedar::host {

// Calls `condition` until it holds or `limit` is over; for what another process does, which nobody can wait for.
inline bool eventually(const std::function<bool()>& condition,
                       std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        // tidy: allow sleep-in-test (another program has no clock of ours to tick)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

// Another program: started, watched, and gone at the latest when this object is. Its output is kept in memory, so
// it never waits for a reader. Failing to start throws. Thread: one.
class Process {
public:
    struct Options {
        std::map<std::string, std::string> environment;  // besides PATH
        std::string input;                               // its standard input
        std::string folder;                              // its working folder; empty: this one's
        int output = -1;  // takes all that it writes, instead of memory; the caller's
    };

    explicit Process(std::vector<std::string> arguments) : Process(std::move(arguments), Options()) {}
    Process(std::vector<std::string> arguments, const Options& options) : in_(file()), out_(file()), err_(file()) {
        if (::write(in_, options.input.data(), options.input.size()) !=
                static_cast<ssize_t>(options.input.size()) ||
            ::lseek(in_, 0, SEEK_SET) != 0) {
            throw std::runtime_error("no input for " + arguments.front());
        }
        pid_ = ::fork();
        if (pid_ < 0) throw std::runtime_error("no process for " + arguments.front());
        if (pid_ == 0) become(arguments, options);
    }
    ~Process() {
        if (!status_) {
            kill(SIGKILL);
            wait();
        }
        for (const int descriptor : {in_, out_, err_}) ::close(descriptor);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void kill(int signal) const { ::kill(pid_, signal); }
    [[nodiscard]] pid_t pid() const { return pid_; }

    [[nodiscard]] bool running() {
        if (status_) return false;
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
        return !status_;
    }

    // Its exit code, 128 + n when signal n ended it, or -1 when it has not ended within `limit`.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds(60)) {
        if (!eventually([this] { return !running(); }, limit)) return -1;
        return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
    }

    // What it has written so far.
    [[nodiscard]] std::string out() const { return read(out_); }
    [[nodiscard]] std::string err() const { return read(err_); }

private:
    static int file() {
        const int descriptor = ::memfd_create("cedar-test", MFD_CLOEXEC);
        if (descriptor < 0) throw std::runtime_error("no memory file");
        return descriptor;
    }

    static std::string read(int descriptor) {
        const off_t size = ::lseek(descriptor, 0, SEEK_END);
        std::string text(static_cast<std::size_t>(size), '\0');
        const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
        text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
        return text;
    }

    // In the child. It must not outlive the test, whatever becomes of that.
    [[noreturn]] void become(std::vector<std::string>& arguments, const Options& options) const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(in_, STDIN_FILENO);
        ::dup2(options.output < 0 ? out_ : options.output, STDOUT_FILENO);
        ::dup2(options.output < 0 ? err_ : options.output, STDERR_FILENO);
        if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(127);
        std::vector<std::string> variables{"PATH=/usr/bin:/bin"};
        for (const auto& [name, value] : options.environment) variables.push_back(name + "=" + value);
        auto raw_arguments = raw(arguments), raw_variables = raw(variables);
        ::execve(raw_arguments[0], raw_arguments.data(), raw_variables.data());
        ::_exit(127);
    }

    static std::vector<char*> raw(std::vector<std::string>& texts) {
        std::vector<char*> pointers;
        for (std::string& text : texts) pointers.push_back(text.data());
        pointers.push_back(nullptr);
        return pointers;
    }

    int in_, out_, err_;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

}  // namespace cedar::host
