#include "test_server.hpp"

#include "host/core/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

std::string member_of(const std::string& json, std::string_view key) {
    const auto document = parse_json(json);
    return document && document->IsObject() ? std::string(string_member(*document, key)) : "no event: " + json;
}

std::string type_of(const std::string& json) {
    return member_of(json, "type");
}
std::string error_of(const std::string& json) {
    return member_of(json, "error");
}

void whole_run(ScriptedRuns& runs, const std::string& run_id) {
    runs.begin(run_id);
    runs.ask(run_id, "example.one");
    runs.answer(run_id, "example.one");
    runs.finish(run_id, "An answer.");
}

TEST(ChatSocket, CarriesARunFromAckToFinalAndClosesWith1000) {
    for (const char* path : {"/ws/chat/1", "/ws/chat2/1"}) {
        TestServer server;
        server.runs.set_script(whole_run);
        Client client(server.port());
        ASSERT_TRUE(client.open(path));
        client.text(R"({"action":"chat","content":" why? ","thread_id":"7"})");
        for (const char* type : {"ack", "info", "info", "action", "action", "info", "final"})
            EXPECT_EQ(type_of(client.next_text()), type);
        EXPECT_EQ(client.close_code(), 1000U);
        EXPECT_TRUE(client.closed());
        const auto submitted = server.runs.submitted();
        ASSERT_EQ(submitted.size(), 1U);
        EXPECT_EQ(submitted[0].project_id, 1);
        EXPECT_EQ(submitted[0].request.content, "why?");
        EXPECT_EQ(submitted[0].request.thread_id, 7);
    }
}

TEST(ChatSocket, TakesTextThatIsNotJsonAsTheQuestion) {
    TestServer server;
    server.runs.set_script(whole_run);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text("plain words {");
    EXPECT_EQ(client.close_code(), 1000U);
    EXPECT_EQ(server.runs.submitted().at(0).request.content, "plain words {");
}

TEST(ChatSocket, SendsEachEventWhenItHappens) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text("hello");
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
    const auto run_id = server.runs.submitted()[0].run_id;
    for (int i = 0; i < 20; ++i) {  // none waits for the next
        server.runs.ask(run_id, "bench.c" + std::to_string(i));
        EXPECT_THAT(client.next_text(), HasSubstr("\"bench.c" + std::to_string(i) + "\""));
    }
    server.runs.finish(run_id, "done");
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, RefusesAnUnusableMessageWithOneErrorAndCloses) {
    for (const char* text : {"[1]", "7", "null", R"({"content":5})", R"({"action":"dance"})", R"({"action":1})",
                             R"({"action":"cancel"})", R"({"action":"resume","run_id":"../x"})",
                             R"({"action":"resume","run_id":"00000000000000000000000000000001","after_seq":-1})"}) {
        TestServer server;
        Client client(server.port());
        ASSERT_TRUE(client.open("/ws/chat/1"));
        client.text(text);
        const auto event = client.next_text();
        EXPECT_EQ(type_of(event), "error") << text;
        EXPECT_EQ(error_of(event), "invalid payload") << text;
        EXPECT_THAT(event, HasSubstr("expected")) << text;
        EXPECT_EQ(client.close_code(), 1000U);
        EXPECT_TRUE(server.runs.submitted().empty());
    }
}

TEST(ChatSocket, RefusesABinaryMessage) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.frame(0x82, "{}");
    EXPECT_EQ(error_of(client.next_text()), "invalid payload");
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, CancelsARun) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text("hello");
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
    const auto run_id = server.runs.submitted()[0].run_id;
    server.runs.begin(run_id);
    client.text(R"({"action":"cancel","run_id":")" + run_id + "\"}");
    for (int i = 0; i < 3; ++i) client.next_text();
    EXPECT_EQ(error_of(client.next_text()), "cancelled");
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, CancelsOnlyRunsOfItsProjectThatGoOn) {
    TestServer server;
    const auto other = server.runs.submit(2, {}).run_id;
    server.runs.begin(other);
    for (const auto& run_id : {other, std::string(32, 'f')}) {
        Client client(server.port());
        ASSERT_TRUE(client.open("/ws/chat/1"));
        client.text(R"({"action":"cancel","run_id":")" + run_id + "\"}");
        EXPECT_EQ(error_of(client.next_text()), "unknown run");
        EXPECT_EQ(client.close_code(), 1000U);
    }
    EXPECT_TRUE(server.runs.cancel(other, "test"));
}

TEST(ChatSocket, GoesOnWithoutAWatcherAndIsResumedAfterTheLastEventSeen) {
    TestServer server;
    std::string run_id;
    {
        Client client(server.port());
        ASSERT_TRUE(client.open("/ws/chat/1"));
        client.text("hello");
        ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
        run_id = server.runs.submitted()[0].run_id;
        server.runs.begin(run_id);
        EXPECT_EQ(type_of(client.next_text()), "ack");
        client.shut();
    }
    ASSERT_TRUE(TestServer::until([&] { return server.events.readers() == 0; }));
    server.runs.ask(run_id, "example.one");
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":2})");
    EXPECT_THAT(client.next_text(), HasSubstr("\"seq\":3,"));
    EXPECT_THAT(client.next_text(), HasSubstr("\"seq\":4,"));
    server.runs.finish(run_id, "done");
    EXPECT_THAT(client.next_text(), HasSubstr("\"seq\":5,"));
    EXPECT_THAT(client.next_text(), HasSubstr("\"seq\":6,"));
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, ResumesWithWhatTheLogStillHas) {
    TestServer server;
    const auto run_id = server.runs.submit(1, {}).run_id;
    whole_run(server.runs, run_id);
    server.events.forget(run_id, 4);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"action":"resume","run_id":")" + run_id + R"("})");
    EXPECT_THAT(client.next_text(), HasSubstr("\"seq\":5,"));
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, ClosesWhenEverythingWasHeardAlready) {
    TestServer server;
    const auto run_id = server.runs.submit(1, {}).run_id;
    whole_run(server.runs, run_id);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":7})");
    EXPECT_EQ(client.close_code(), 1000U);
}

TEST(ChatSocket, RefusesToResumeWhatItDoesNotHave) {
    TestServer server;
    const auto other = server.runs.submit(2, {}).run_id;
    const auto own = server.runs.submit(1, {}).run_id;
    server.runs.begin(other);
    server.runs.begin(own);
    const auto answer = [&](const std::string& run_id, const std::string& after) {
        Client client(server.port());
        EXPECT_TRUE(client.open("/ws/chat/1"));
        client.text(R"({"action":"resume","run_id":")" + run_id + R"(","after_seq":)" + after + "}");
        auto event = client.next_text();
        EXPECT_EQ(client.close_code(), 1000U);
        return error_of(event);
    };
    EXPECT_EQ(answer(std::string(32, 'a'), "0"), "unknown run");
    EXPECT_EQ(answer(other, "0"), "unknown run");
    EXPECT_EQ(answer(own, "4"), "invalid payload");
}

TEST(ChatSocket, CarriesSeveralRunsWhenItIsKeptOpen) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text(R"({"content":"one","keep_open":true})");
    client.text(R"({"content":"two"})");
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 2; }));
    const auto one = server.runs.submitted()[0].run_id;
    const auto two = server.runs.submitted()[1].run_id;
    server.runs.begin(one);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(client.next_text(), HasSubstr(one));
    server.runs.begin(two);
    for (int i = 0; i < 3; ++i) EXPECT_THAT(client.next_text(), HasSubstr(two));
    server.runs.finish(one, "first");
    EXPECT_EQ(type_of(client.next_text()), "info");
    EXPECT_EQ(type_of(client.next_text()), "final");
    server.runs.finish(two, "second");
    EXPECT_EQ(type_of(client.next_text()), "info");
    EXPECT_THAT(client.next_text(), HasSubstr("second"));
    client.text("[]");  // refused, and still open
    EXPECT_EQ(error_of(client.next_text()), "invalid payload");
    server.runs.set_script(whole_run);
    client.text("three");
    for (int i = 0; i < 7; ++i) EXPECT_NE(client.next_text(), "");
    client.frame(0x88, std::string("\x03\xe8", 2));
    EXPECT_EQ(client.next()->close_code(), 1000U);
}

TEST(ChatSocket, WatchesNoMoreRunsThanItsBound) {
    Limits limits;
    limits.ws_runs = 2;
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    for (const char* text : {"one", "two", "three"}) client.text(text);
    EXPECT_EQ(error_of(client.next_text()), "too many runs");
    EXPECT_EQ(server.runs.submitted().size(), 2U);
}

TEST(ChatSocket, EndsWith1001AtAStopAfterWhatIsQueued) {
    TestServer server;
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    client.text("hello");
    ASSERT_TRUE(TestServer::until([&] { return server.runs.submitted().size() == 1; }));
    server.server().drain();
    EXPECT_EQ(Client(server.port()).upgrade("/ws/chat/1")->status, 503U);
    const auto run_id = server.runs.submitted()[0].run_id;
    server.runs.begin(run_id);  // a run goes on through the drain
    EXPECT_EQ(type_of(client.next_text()), "ack");
    client.text("another");
    EXPECT_EQ(type_of(client.next_text()), "info");
    EXPECT_EQ(type_of(client.next_text()), "info");
    EXPECT_EQ(error_of(client.next_text()), "unavailable");
    server.server().stop(nullptr);
    EXPECT_EQ(client.close_code(), 1001U);
    EXPECT_TRUE(client.closed());
}

TEST(ChatSocket, SurvivesMessagesThatComeWhileItCloses) {
    TestServer server;
    std::atomic<bool> over = false;
    std::thread canceller([&] {  // ends every run a moment after its begin
        for (std::size_t next = 0; !over; std::this_thread::yield()) {
            const auto runs = server.runs.submitted();
            for (; next < runs.size(); ++next) server.runs.cancel(runs[next].run_id, "test");
        }
    });
    for (int i = 0; i < 50; ++i) {
        Client client(server.port());
        EXPECT_TRUE(client.open("/ws/chat/1"));
        for (const char* text : {"first", "late", "later", "latest"}) client.text(text);
        EXPECT_EQ(client.close_code(), 1000U);
    }
    over = true;
    canceller.join();
}

TEST(ChatSocket, OfAPeerThatNeverAnswersTheCloseIsCut) {
    Limits limits;
    limits.stop_time = std::chrono::milliseconds(50);
    TestServer server(limits);
    Client client(server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    server.stop();
    EXPECT_EQ(server.server().counters().connections, 0U);
}

}  // namespace
}  // namespace cedar::host::http
