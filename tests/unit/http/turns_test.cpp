#include "host/http/turns.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace cedar::host::http {
namespace {

class TurnsTest : public testing::Test {
protected:
    void ask(const std::string& name) {
        turns->ask(io.get_executor(), [this, name] { done.push_back(name); });
    }

    boost::asio::io_context io{1};
    std::shared_ptr<Turns> turns = std::make_shared<Turns>();
    std::vector<std::string> done;
};

TEST_F(TurnsTest, AreTakenInTheOrderAsked) {
    for (const char* name : {"a", "b", "c"}) ask(name);
    EXPECT_TRUE(done.empty());  // never while it is asked for
    io.run();
    EXPECT_EQ(done, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(TurnsTest, LetWhatIsReadyGoBetweenTwoOfThem) {
    for (const char* name : {"a", "b", "c"}) ask(name);
    boost::asio::post(io, [this] {
        done.emplace_back("other");
        boost::asio::post(io, [this] { done.emplace_back("another"); });
    });
    io.run();
    EXPECT_EQ(done, (std::vector<std::string>{"a", "other", "b", "another", "c"}));
}

TEST_F(TurnsTest, ThoseWhoAskAgainComeAfterThoseWhoWait) {
    int rounds = 3;
    std::function<void()> greedy = [&] {
        done.emplace_back("greedy");
        if (--rounds > 0) turns->ask(io.get_executor(), greedy);
    };
    turns->ask(io.get_executor(), greedy);
    ask("a");
    ask("b");
    io.run();
    EXPECT_EQ(done, (std::vector<std::string>{"greedy", "a", "b", "greedy", "greedy"}));
}

TEST_F(TurnsTest, GoOnAfterOneThatThrows) {
    turns->ask(io.get_executor(), [] { throw std::runtime_error("broken"); });
    ask("a");
    EXPECT_THROW(io.run(), std::runtime_error);
    io.run();
    ask("b");
    io.restart();
    io.run();
    EXPECT_EQ(done, (std::vector<std::string>{"a", "b"}));
}

TEST_F(TurnsTest, ThatNobodyWaitsForAreGivenAtOnce) {
    ask("a");
    io.run();
    io.restart();
    ask("b");
    EXPECT_EQ(io.poll(), 1U);
    EXPECT_EQ(done, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace cedar::host::http
