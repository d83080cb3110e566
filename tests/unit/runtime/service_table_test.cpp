#include "host/runtime/service_table.hpp"

#include <cedar/abi.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace cedar::host::runtime {
namespace {

class Parrot final : public Service {
public:
    explicit Parrot(std::string name, bool throws = false) : name_(std::move(name)), throws_(throws) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        ServiceReply reply;
        reply.body = std::string(call.component) + " said " + call.body;
        done(std::move(reply));
        if (throws_) throw std::runtime_error("afterwards");
        return {};
    }

private:
    std::string name_;
    bool throws_;
};

struct ServiceTableTest : ::testing::Test {
    ServiceTableTest() {
        caller.id = "test.caller";
        caller.needs = {"test.parrot", "test.absent", "test.throws"};
        table.add(std::make_shared<Parrot>("test.parrot"));
        table.add(std::make_shared<Parrot>("test.secret"));
        table.add(std::make_shared<Parrot>("test.throws", true));
    }
    ServiceReply call(std::string_view service) {
        ServiceCall request;
        request.component = caller.id;
        request.body = "hello";
        EXPECT_FALSE(table.call(caller, service, std::move(request), [this](ServiceReply reply) {
            ++replies;
            last = std::move(reply);
        }));
        return last;
    }
    ServiceTable table;
    Manifest caller;
    ServiceReply last;
    int replies = 0;
};

TEST_F(ServiceTableTest, PassesTheCallToTheService) {
    EXPECT_EQ(call("test.parrot").body, "test.caller said hello");
    EXPECT_EQ(replies, 1);
}

TEST_F(ServiceTableTest, DeniesWhatTheManifestDoesNotList) {
    EXPECT_EQ(call("test.secret").status, CEDAR_DENIED);
    EXPECT_EQ(last.body, R"({"code":"denied","message":"test.caller does not list test.secret in its needs"})");
}

TEST_F(ServiceTableTest, SaysThatThereIsNoSuchService) {
    EXPECT_EQ(call("test.absent").status, CEDAR_UNSUPPORTED);
}

TEST_F(ServiceTableTest, AServiceThatThrowsAfterItsReplyHasReplied) {
    EXPECT_EQ(call("test.throws").body, "test.caller said hello");
    EXPECT_EQ(replies, 1);
}

TEST_F(ServiceTableTest, ListsItsNames) {
    EXPECT_EQ(table.names(), (std::vector<std::string>{"test.parrot", "test.secret", "test.throws"}));
    EXPECT_TRUE(table.has("test.parrot"));
    EXPECT_FALSE(table.has("test.absent"));
}

}  // namespace
}  // namespace cedar::host::runtime
