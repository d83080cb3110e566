#include "host/app/service_manager.hpp"

#include "tests/support/notify_socket.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cedar::host::app {
namespace {

using namespace std::chrono_literals;

// The variables as a service manager sets them, and gone again afterwards.
class Variables {
public:
    Variables(const std::string& socket, const char* watchdog, const std::string& process) {
        ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
        if (watchdog != nullptr) ::setenv("WATCHDOG_USEC", watchdog, 1);
        if (!process.empty()) ::setenv("WATCHDOG_PID", process.c_str(), 1);
    }
    ~Variables() {
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    }
    Variables(const Variables&) = delete;
    Variables& operator=(const Variables&) = delete;
};

TEST(ServiceManager, ThatIsNotThereHearsNothing) {
    EXPECT_FALSE(ServiceManager::from_environment().tell("READY=1"));
    EXPECT_FALSE(ServiceManager("/nowhere/at/all", std::nullopt).tell("READY=1"));
    EXPECT_FALSE(ServiceManager("relative", std::nullopt).tell("READY=1"));
    EXPECT_FALSE(ServiceManager("/" + std::string(200, 'x'), std::nullopt).tell("READY=1"));
}

TEST(ServiceManager, HearsOneDatagramForEachMessage) {
    const TempFolder folder;
    for (const std::string& name : {(folder / "notify").string(), "@cedar-test-" + std::to_string(::getpid())}) {
        NotifySocket socket(name);
        const ServiceManager manager(name, std::nullopt);
        EXPECT_TRUE(manager.tell("READY=1\nSTATUS=here"));
        EXPECT_TRUE(manager.tell("STOPPING=1"));
        EXPECT_EQ(socket.next(), "READY=1\nSTATUS=here");
        EXPECT_EQ(socket.next(), "STOPPING=1");
    }
}

TEST(ServiceManager, SaysHowOftenItWantsASignOfLife) {
    const auto watchdog = [](const char* microseconds, const std::string& process) {
        const Variables variables("/somewhere", microseconds, process);
        return ServiceManager::from_environment().watchdog();
    };
    const auto own = std::to_string(::getpid());
    EXPECT_EQ(watchdog("3000000", own), std::optional<std::chrono::microseconds>(3s));
    EXPECT_EQ(watchdog("3000000", ""), std::optional<std::chrono::microseconds>(3s));
    EXPECT_EQ(watchdog("3000000", "1"), std::nullopt);
    EXPECT_EQ(watchdog(nullptr, own), std::nullopt);
    for (const char* wrong : {"", "0", "-1", "3s"}) EXPECT_EQ(watchdog(wrong, own), std::nullopt) << wrong;
}

}  // namespace
}  // namespace cedar::host::app
