#include "host/services/services.hpp"
#include "tests/support/fake_store.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <optional>

namespace cedar::host::services {
namespace {

class StoreSearchTest : public testing::Test {
protected:
    ServiceReply call(const std::string& body) {
        auto scope = std::make_shared<InvocationScope>();
        scope->project_id = 7;
        std::optional<ServiceReply> reply;
        const auto cancel = service_->call({"a.b", body, SteadyTime::max(), scope}, [&](ServiceReply given) {
            EXPECT_FALSE(reply) << "a second reply";
            reply = std::move(given);
        });
        return reply.value();
    }
    FakeStore store_;
    std::shared_ptr<Service> service_ = make_store_search(store_);
};

TEST_F(StoreSearchTest, AsksTheProjectOfTheRun) {
    EXPECT_EQ(service_->name(), "store.search");
    EXPECT_EQ(call(R"({"query":"C++ \"x"})").body, R"({"results":[]})");
    EXPECT_EQ(call(R"({"query":"x","file_id":3,"limit":200})").status, CEDAR_OK);
    const auto queries = store_.queries();
    ASSERT_EQ(queries.size(), 2U);
    EXPECT_EQ(queries[0].project_id, 7);
    EXPECT_EQ(queries[0].text, "C++ \"x");
    EXPECT_EQ(queries[0].limit, 20U);
    EXPECT_FALSE(queries[0].file_id);
    EXPECT_EQ(queries[1].file_id, 3);
    EXPECT_EQ(queries[1].limit, 200U);
}

TEST_F(StoreSearchTest, RepliesWithPassages) {
    store_.set_passages({{"1:000000", 1, "a \"b\".md", 2, 5, "ä\nb", 1.5}, {"1:000001", 1, "c", 5, 6, "d", 0.25}});
    EXPECT_EQ(call(R"({"query":"x"})").body,
              R"({"results":[{"chunk_id":"1:000000","file_id":1,"source":"a \"b\".md","char_start":2,"char_end":5,)"
              "\"text\":\"ä\\nb\",\"score\":1.5},"
              R"({"chunk_id":"1:000001","file_id":1,"source":"c","char_start":5,"char_end":6,"text":"d",)"
              R"("score":0.25}]})");
}

TEST_F(StoreSearchTest, SaysWhatIsWrongWithARequest) {
    const auto message = [this](const std::string& body) {
        const auto reply = call(body);
        EXPECT_EQ(reply.status, CEDAR_INVALID_ARGUMENT) << body;
        return reply.body;
    };
    EXPECT_EQ(message("{}"),
              R"({"code":"invalid_argument","message":"store.search: query: expected a string, got nothing",)"
              R"("retryable":false})");
    EXPECT_NE(message(R"({"query":1})").find("expected a string, got 1"), std::string::npos);
    EXPECT_NE(message(R"({"query":"x","limit":0})").find("limit: expected an integer from 1 to 200, got 0"),
              std::string::npos);
    EXPECT_NE(message(R"({"query":"x","limit":"5"})").find("limit: expected an integer"), std::string::npos);
    EXPECT_NE(message(R"({"query":"x","file_id":-1})").find("file_id: expected an integer"), std::string::npos);
    EXPECT_NE(message("[1]").find("expected a JSON object"), std::string::npos);
    EXPECT_NE(message("nonsense").find("store.search: "), std::string::npos);
    EXPECT_EQ(call("{\"query\":\"" + std::string(70'000, 'x') + "\"}").status, CEDAR_LIMIT);
    EXPECT_TRUE(store_.queries().empty());
}

TEST_F(StoreSearchTest, PassesTheStoresFailureOnWithoutItsDetail) {
    store_.fail_with(Error{ErrorCode::unavailable, "the database is locked", "SQLITE_BUSY"});
    const auto reply = call(R"({"query":"x"})");
    EXPECT_EQ(reply.status, CEDAR_UNAVAILABLE);
    EXPECT_EQ(reply.body, R"({"code":"unavailable","message":"the database is locked","retryable":true})");
}

}  // namespace
}  // namespace cedar::host::services
