#include "host/app/local_socket.hpp"

#include "host/app/io_threads.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace cedar::host::app {
namespace {

class LocalSocketTest : public testing::Test {
protected:
    ~LocalSocketTest() override { io_.stop(); }

    [[nodiscard]] Result<std::unique_ptr<LocalSocket>> open() {
        return LocalSocket::open(io_.context(), folder(),
                                 [](std::string_view question) -> std::optional<std::string> {
                                     if (question == "long") return std::string(5'000'000, 'x');
                                     if (question == "plugins") return "all fine";
                                     return std::nullopt;
                                 });
    }
    // Deeper than the address of a socket has room for.
    [[nodiscard]] std::filesystem::path folder() const {
        const auto path = temp_ / std::string(120, 'd');
        std::filesystem::create_directories(path);
        return path;
    }

    TempFolder temp_;
    RecordingLog log_;
    IoThreads io_{1, log_};
};

TEST_F(LocalSocketTest, AnswersWhatItKnows) {
    const auto socket = open();
    ASSERT_TRUE(socket) << socket.error().message << socket.error().detail;
    io_.start();
    EXPECT_EQ(ask_host(folder(), "plugins"), "all fine");
    EXPECT_EQ(ask_host(folder(), "what?"), std::nullopt);
    EXPECT_EQ(ask_host(folder(), std::string(1000, 'x')), std::nullopt);
    EXPECT_EQ(ask_host(folder(), "long").value_or("").size(), 5'000'000U);
    EXPECT_EQ(ask_host(folder(), "plugins"), "all fine");
}

TEST_F(LocalSocketTest, NobodyAnswersWhereThereIsNoHost) {
    EXPECT_EQ(ask_host(folder(), "plugins"), std::nullopt);
    EXPECT_EQ(ask_host(folder() / "absent", "plugins"), std::nullopt);
}

TEST_F(LocalSocketTest, IsForItsOwnerAlone) {
    const auto socket = open();
    ASSERT_TRUE(socket);
    EXPECT_EQ(std::filesystem::status(folder() / LocalSocket::kName).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(LocalSocketTest, IsOneAtATimeAndGoneWithItsHost) {
    {
        const auto first = open();
        ASSERT_TRUE(first);
        const auto second = open();
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::already_exists);
    }
    EXPECT_FALSE(std::filesystem::exists(folder() / LocalSocket::kName));
}

TEST_F(LocalSocketTest, ReplacesWhatAKilledHostLeft) {
    {
        const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string name = (temp_ / "left").string();
        name.copy(address.sun_path, sizeof address.sun_path - 1);
        ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ::close(left);
        std::filesystem::rename(name, folder() / LocalSocket::kName);
    }
    const auto socket = open();
    ASSERT_TRUE(socket) << socket.error().message;
    io_.start();
    EXPECT_EQ(ask_host(folder(), "plugins"), "all fine");
}

}  // namespace
}  // namespace cedar::host::app
