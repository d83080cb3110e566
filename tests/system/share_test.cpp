// Hosts that share a Redis, and what it does to them when it does not behave.
#include "cedar_fixture.hpp"
#include "tests/support/redis_process.hpp"
#include "tests/support/sse_reader.hpp"

namespace cedar::host {
namespace {

class Share : public CedarTest {
protected:
    std::unique_ptr<Server> host(const std::string& url) const {
        return serve({"--aggregator", kExtractive, "--redis-url", url, "--set", "redis.timeout_ms=500"});
    }
    static std::string health(const Server& server) {
        http::Client client(server.port());
        const auto answer = client.ask("GET", "/healthz");
        return answer ? answer->body : std::string();
    }
    // Reads a thread's stream until it has shown this many events.
    static std::vector<std::string> stream(const Server& server, const std::string& thread, std::size_t events) {
        http::Client client(server.port());
        const auto head = client.ask("GET", "/sse/" + thread);
        SseReader reader;
        while (head && reader.messages.size() < events) {
            const auto more = client.some();
            if (more.empty()) break;
            reader.feed(more);
        }
        std::vector<std::string> out;
        for (const auto& message : reader.messages) out.push_back(message.data);
        return out;
    }
    static std::vector<std::string> resume(const Server& server, const std::string& project,
                                           const std::string& run_id) {
        http::Client client(server.port());
        std::vector<std::string> out;
        if (!client.open("/ws/chat/" + project)) return out;
        client.text(R"({"action":"resume","run_id":")" + run_id + "\"}");
        for (auto event = client.next_text(); !event.empty(); event = client.next_text()) out.push_back(event);
        return out;
    }
};

TEST_F(Share, ShowsARunOfOneHostOnTheOther) {
    import_roofs();
    RedisProcess redis;
    redis.start();
    const auto one = host(redis.url());
    const auto two = host("unix:" + redis.path());
    const auto project = project_id(*one);
    const auto run = chat(one->port(), project, "How long does a slate roof last?");
    ASSERT_EQ(run.last_type, "final") << run.all();
    ASSERT_TRUE(eventually([&] { return health(*one).find("\"behind\":0") != std::string::npos; })) << health(*one);
    ASSERT_TRUE(eventually([&] { return health(*two).find("\"up\":true") != std::string::npos; })) << health(*two);
    const auto thread = member(run.events.back(), "thread_id");
    EXPECT_EQ(stream(*one, thread, run.events.size()), run.events);
    EXPECT_EQ(stream(*two, thread, run.events.size()), run.events);
    EXPECT_EQ(resume(*two, project, member(run.events.front(), "run_id")), run.events);
    const auto second =
        chat(one->port(), project, R"({"content":"And a thatched one?","thread_id":)" + thread + "}");
    ASSERT_EQ(second.last_type, "final");
    EXPECT_EQ(resume(*two, project, member(second.events.front(), "run_id")), second.events);
    EXPECT_EQ(one->stop(), 0);
    EXPECT_EQ(two->stop(), 0);
}

TEST_F(Share, GoesOnWithoutRedisAndSaysSo) {
    import_roofs();
    RedisProcess redis;  // not there yet
    const auto server = host(redis.url());
    const auto project = project_id(*server);
    const auto ask = [&] { return chat(server->port(), project, "How long does a slate roof last?").last_type; };
    EXPECT_EQ(ask(), "final");
    EXPECT_TRUE(eventually([&] { return health(*server).find("\"up\":false") != std::string::npos; }));
    redis.start();
    EXPECT_TRUE(eventually([&] { return health(*server).find("\"up\":true") != std::string::npos; }));
    EXPECT_TRUE(eventually([&] { return health(*server).find("\"behind\":0") != std::string::npos; }));
    redis.pause();
    EXPECT_EQ(ask(), "final");
    EXPECT_TRUE(eventually([&] { return health(*server).find("\"up\":false") != std::string::npos; }));
    redis.go_on();
    EXPECT_TRUE(eventually([&] { return health(*server).find("\"behind\":0") != std::string::npos; }));
    redis.kill();
    EXPECT_EQ(ask(), "final");
    EXPECT_EQ(server->stop(), 0);
    EXPECT_NE(server->process().err().find("does not take events"), std::string::npos);
}

TEST_F(Share, CallsNothingLostThatOtherHostsHaveWhileRedisIsAway) {
    RedisProcess redis;
    redis.start();
    const auto one = host(redis.url()), two = host(redis.url());
    const auto up = [](const Server& server) { return health(server).find("\"up\":true") != std::string::npos; };
    const auto project = project_id(*one);
    const auto run = chat(one->port(), project, "How long does a slate roof last?");
    ASSERT_EQ(run.last_type, "final") << run.all();
    ASSERT_TRUE(eventually([&] { return up(*one) && up(*two); }));
    redis.kill();
    ASSERT_TRUE(eventually([&] { return !up(*two); }));
    const auto id = member(run.events.front(), "run_id"), thread = member(run.events.back(), "thread_id");
    const auto refused = resume(*two, project, id);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(member(refused.front(), "error"), "unavailable") << refused.front();
    http::Client client(two->port());
    ASSERT_TRUE(client.ask("GET", "/sse/" + thread));
    SseReader reader;
    while (reader.notices.empty()) {
        const auto more = client.some();
        ASSERT_FALSE(more.empty());
        reader.feed(more);
    }
    EXPECT_EQ(reader.notices.front(), R"({"degraded":true,"reason":"redis: away"})");
    redis.start();  // empty: what host one made is put into it again
    ASSERT_TRUE(eventually([&] { return up(*two) && health(*one).find("\"behind\":0") != std::string::npos; }));
    while (reader.messages.size() < run.events.size()) {
        const auto more = client.some();
        ASSERT_FALSE(more.empty());
        reader.feed(more);
    }
    std::vector<std::string> shown;
    for (const auto& message : reader.messages) shown.push_back(message.data);
    EXPECT_EQ(shown, run.events);
    ASSERT_TRUE(eventually([&] { return resume(*two, project, id) == run.events; }));
    client.shut();
    EXPECT_EQ(one->stop(), 0);
    EXPECT_EQ(two->stop(), 0);
}

TEST_F(Share, HasAWordForHowRedisIs) {
    RedisProcess redis;
    const auto server = host(redis.url());
    const auto is = [&](const std::string& word) {
        http::Client client(server->port());
        const auto ready = client.ask("GET", "/readyz");
        return ready && ready->status == 200 && member(ready->body, "redis") == word &&
               health(*server).find("\"state\":\"" + word + "\"") != std::string::npos;
    };
    const auto metrics = [&] { return http::Client(server->port()).ask("GET", "/metrics")->body; };
    EXPECT_TRUE(eventually([&] { return is("away"); })) << health(*server);
    redis.start();
    EXPECT_TRUE(eventually([&] { return is("ok"); })) << health(*server);
    EXPECT_NE(metrics().find("\ncedar_redis_up 1\n"), std::string::npos);
    ASSERT_FALSE(redis.ask("CONFIG SET maxmemory 1").empty());
    EXPECT_EQ(chat(server->port(), project_id(*server), "How long does a slate roof last?").last_type, "final");
    EXPECT_TRUE(eventually([&] { return is("refusing"); })) << health(*server);
    EXPECT_NE(health(*server).find("OOM"), std::string::npos) << health(*server);
    const auto numbers = metrics();
    for (const auto* line :
         {"\ncedar_redis_up 0\n", "\ncedar_redis_refusing 1\n", "\ncedar_redis_losses_total 1\n"})
        EXPECT_NE(numbers.find(line), std::string::npos) << line;
    ASSERT_FALSE(redis.ask("CONFIG SET maxmemory 0").empty());
    EXPECT_TRUE(eventually([&] { return is("ok"); })) << health(*server);
    redis.kill();
    EXPECT_TRUE(eventually([&] { return is("away"); })) << health(*server);
    EXPECT_EQ(server->stop(), 0);
}

TEST_F(Share, IsLookedAtByTheDoctor) {
    RedisProcess redis({"--requirepass", "hunter2hunter2"});
    const auto doctor = [&](const std::string& url) {
        const Ended ended = run({"doctor", "--aggregator", kExtractive, "--redis-url", url});
        EXPECT_EQ((ended.out + ended.err).find("hunter2"), std::string::npos) << ended.out << ended.err;
        return ended.out.substr(std::min(ended.out.size(), ended.out.find(" redis ")));
    };
    const auto address = "127.0.0.1:" + std::to_string(redis.port());
    const auto known = "redis://:hunter2hunter2@" + address + "/2";
    EXPECT_NE(doctor(known).find("cannot be reached (Connection refused)"), std::string::npos);
    redis.start();
    EXPECT_NE(doctor(known).find(address + " database 2\n"), std::string::npos) << doctor(known);
    EXPECT_NE(doctor("unix://:hunter2hunter2@" + redis.path()).find(redis.path() + "\n"), std::string::npos);
    EXPECT_NE(doctor("redis://" + address).find("answers: NOAUTH"), std::string::npos) << doctor(redis.url());
    EXPECT_NE(doctor("redis://:hunter2wrong@" + address).find("answers: WRONGPASS"), std::string::npos);
    EXPECT_NE(doctor("redis://:hunter2hunter2@" + address + "/99").find("DB index is out of range"),
              std::string::npos);
    ASSERT_FALSE(redis.ask("REPLICAOF 127.0.0.1 1", "hunter2hunter2").empty());
    EXPECT_NE(doctor(known).find("answers: READONLY"), std::string::npos) << doctor(known);
    redis.pause();
    EXPECT_NE(doctor(known).find("no answer in time"), std::string::npos);
    redis.go_on();
}

TEST_F(Share, HidesThePassword) {
    const std::string url = "redis://me:hunter2hunter2@127.0.0.1:1/0";
    const auto server = host(url);
    const auto shown = run({"config", "--redis-url", url});
    EXPECT_EQ(server->stop(), 0);
    for (const auto& text : {shown.out, shown.err, server->process().out(), server->process().err()})
        EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
    EXPECT_NE(shown.out.find("redis://***@127.0.0.1:1/0"), std::string::npos) << shown.out;
    const auto wrong = run({"serve", "--port", "0", "--redis-url", "redis://me:hunter2hunter2@h:99999"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_EQ(wrong.err.find("hunter2"), std::string::npos) << wrong.err;
}

}  // namespace
}  // namespace cedar::host
