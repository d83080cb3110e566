#pragma once
#include "host/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace cedar::host::app {

// Where the host that serves a data folder is asked by commands on the same folder: a socket in it, for its owner
// alone. One line is the question, what comes until the end is the answer.
class LocalSocket {
public:
    static constexpr std::string_view kName = "cedar.sock";
    static constexpr std::size_t kQuestionMax = 64, kSessionsMax = 16;
    static constexpr std::chrono::milliseconds kTimeLimit{2000};  // from the connection to the end of the answer

    // Nothing for a question that it does not know. On a thread of the io_context; must not wait.
    using Answer = std::function<std::optional<std::string>(std::string_view question)>;

    // Error already_exists: another host answers there; io. What a host that is gone left there is replaced. `io`
    // outlives this, and runs no more when this is destroyed. Blocking.
    [[nodiscard]] static Result<std::unique_ptr<LocalSocket>> open(boost::asio::io_context& io,
                                                                   const std::filesystem::path& data_dir,
                                                                   Answer answer);
    ~LocalSocket();
    LocalSocket(const LocalSocket&) = delete;
    LocalSocket& operator=(const LocalSocket&) = delete;

private:
    struct Impl;
    explicit LocalSocket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
};

// Answered with the body of GET /api/plugins.
inline constexpr std::string_view kPluginsQuestion = "plugins";

// What the host that serves the folder answers; nothing when none does, or not within kTimeLimit. Thread: any.
// Blocking.
[[nodiscard]] std::optional<std::string> ask_host(const std::filesystem::path& data_dir, std::string_view question);

}  // namespace cedar::host::app
