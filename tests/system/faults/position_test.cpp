// Positions that are none, and text that would like to be more than text.
#include "faults_fixture.hpp"
#include "foreign_host.hpp"
#include "stream_reader.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/redis_process.hpp"

#include <cstdio>

namespace cedar::host {
namespace {

using http::Client;

std::string percent(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c >= 'a' && c <= 'z') {
            out += c;
            continue;
        }
        char octet[4];
        std::snprintf(octet, sizeof octet, "%%%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += octet;
    }
    return out;
}

class PositionFaults : public FaultsTest {
protected:
    // What one more run of the thread showed, or of a new one.
    SeenRun ask(const std::string& thread = {}, const std::string& content = "roof") const {
        const auto place = thread.empty() ? "" : ",\"thread_id\":" + thread;
        auto run = chat(port(), project(), R"({"content":")" + content + "\"" + place + "}");
        EXPECT_EQ(run.last_type, "final") << run.all();
        return run;
    }
    // A reader that comes with such a position is told that there is a gap, and then shown what is left.
    void expect_gap(const std::string& thread, const std::string& position, const std::vector<std::string>& left) {
        StreamReader by_query(port(), thread + "?last_event_id=" + percent(position));
        StreamReader by_header(port(), thread, 0, "Last-Event-ID: " + position + "\r\n");
        for (auto* reader : {&by_query, &by_header}) {
            ASSERT_TRUE(reader->opened) << position.substr(0, 50);
            ASSERT_TRUE(reader->read(left.size() + 1)) << position.substr(0, 50);
            EXPECT_EQ(reader->sse.messages.front().event, "gap") << position.substr(0, 50);
            const auto seen = reader->seen();
            EXPECT_EQ(std::vector<std::string>(seen.begin() + 1, seen.end()), left) << position.substr(0, 50);
        }
    }
};

std::string position_of(const std::string& event) {
    return member(event, "run_id") + "-" + member(event, "seq");
}

TEST_F(PositionFaults, ThatAreNoneAreAGapAndWhatIsLeft) {
    RedisProcess redis;
    redis.start();
    host({"redis.url=" + redis.url()});
    const auto run = ask(), other = ask();
    const auto thread = member(run.events.back(), "thread_id");
    const auto id = member(run.events.back(), "run_id");
    for (const std::string& position : {std::string("0"),
                                        std::string("$"),
                                        std::string("-"),
                                        std::string("+"),
                                        std::string("-1"),
                                        std::string(">"),
                                        std::string("1735689600000-0"),
                                        std::string("'; DROP TABLE events; --"),
                                        std::string("x' OR '1'='1"),
                                        std::string(10240, 'a'),
                                        std::string(32, 'f') + "-1",
                                        id,
                                        id + "-",
                                        id + "-0",
                                        id + "--1",
                                        id + "-1x",
                                        id + "-99999999999999999999",
                                        id + "-100000",
                                        id + "- 1",
                                        position_of(other.events.front())})
        ASSERT_NO_FATAL_FAILURE(expect_gap(thread, position, run.events));
    const auto errors = redis.ask("INFO errorstats");
    EXPECT_EQ(errors.find("errorstat_"), std::string::npos) << "passed on to Redis: " << errors;
    expect_unharmed();
}

TEST_F(PositionFaults, OfWhatIsNoLongerKeptAreAGapAndWhatIsLeft) {
    const std::vector<std::string> settings{"events.keep_bytes=1048576", "events.recent=16"};
    host(settings);
    const auto first = ask();
    const auto thread = member(first.events.back(), "thread_id");
    const std::string large = "roof " + std::string(20000, 'x');
    SeenRun last;
    for (int i = 0; i < 40; ++i) last = ask(thread, large);
    ASSERT_EQ(server().stop(), 0);
    host(settings);  // which removes what is too much
    const auto position = position_of(first.events.front());
    const auto is_removed = [&] {
        StreamReader reader(port(), thread + "?last_event_id=" + position);
        return reader.opened && reader.read(1) && reader.sse.messages.front().event == "gap";
    };
    ASSERT_TRUE(eventually(is_removed));
    StreamReader reader(port(), thread + "?last_event_id=" + position);
    while (reader.sse.messages.empty() || reader.sse.messages.back().data != last.events.back())
        ASSERT_TRUE(reader.read(reader.sse.messages.size() + 1));
    const auto seen = reader.seen();
    ASSERT_GT(seen.size(), last.events.size());
    EXPECT_EQ(std::vector<std::string>(seen.end() - static_cast<std::ptrdiff_t>(last.events.size()), seen.end()),
              last.events);
    reader.leave();
    expect_unharmed();
}

TEST_F(PositionFaults, OfARunThatAreNoneAreAnErrorOrTheRunsEnd) {
    host();
    const auto run = ask();
    const auto id = member(run.events.back(), "run_id");
    const auto first_of = [this](const std::string& fields) {
        Client client(port());
        EXPECT_TRUE(client.open(socket_path()));
        EXPECT_TRUE(client.text(R"({"action":"resume",)" + fields + "}"));
        return client.next_text();
    };
    for (const std::string& fields :
         {R"("run_id":")" + id + R"(","after_seq":-1)", R"("run_id":")" + id + R"(","after_seq":"1")",
          R"("run_id":")" + id + R"(","after_seq":1.5)", R"("run_id":")" + id + R"(","after_seq":1e300)",
          R"("run_id":")" + id + R"(","after_seq":[])", std::string(R"("run_id":"")"), std::string(R"("run_id":7)"),
          std::string(R"("after_seq":1)"), R"("run_id":")" + std::string(10240, 'a') + "\"",
          std::string(R"("run_id":"' OR '1'='1")"), R"("run_id":")" + std::string(32, 'f') + "\""}) {
        const auto event = first_of(fields);
        EXPECT_EQ(member(event, "type"), "error") << fields.substr(0, 80) << event;
    }
    // Beyond its end there is nothing to show: the socket ends as it does after the last event.
    Client client(port());
    ASSERT_TRUE(client.open(socket_path()));
    ASSERT_TRUE(client.text(R"({"action":"resume","run_id":")" + id + R"(","after_seq":100000})"));
    EXPECT_EQ(client.close_code(), 1000U);
    client.shut();
    expect_unharmed();
}

TEST_F(PositionFaults, ControlCharactersInRequestsAreRefused) {
    host();
    const std::string line = "GET /sse/1 HTTP/1.1\r\n", host_and_end = host_line();
    using namespace std::string_literals;
    for (const std::string& request :
         {"GET /sse/1%0d%0aX:1 HTTP/1.1\r\n"s + host_and_end, "GET /sse/1%00 HTTP/1.1\r\n"s + host_and_end,
          "GET /sse/1\0 HTTP/1.1\r\n"s + host_and_end, "GET /sse/1\n2 HTTP/1.1\r\n"s + host_and_end,
          "GET /sse/1?last_event_id=%0d%0aid: 1 HTTP/1.1\r\n"s + host_and_end,
          "GET /sse/1?last_event_id=a%0ab HTTP/1.1\r\n"s + host_and_end,
          "GET /sse/1?lastEventId=%00 HTTP/1.1\r\n"s + host_and_end,
          line + "Last-Event-ID: a\rb\r\n" + host_and_end, line + "Last-Event-ID: a\0b\r\n"s + host_and_end,
          line + "Last-Event-ID: a\nb\r\n" + host_and_end,
          line + "Origin: http://localhost\rX: 1\r\n" + host_and_end,
          line + "Origin: http://localhost\0\r\n"s + host_and_end}) {
        Client client(port());
        client.send(request);
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << request;
        EXPECT_EQ(answer->status, 400U) << request << answer->body;
        EXPECT_EQ(answer->fields.count("x"), 0U) << request;
    }
    Client separator(port());  // U+2028 is text like any other, and no thread
    EXPECT_EQ(separator.ask("GET", "/sse/%e2%80%a8")->status, 404U);
    separator.shut();
    expect_unharmed();
}

TEST_F(PositionFaults, WhatAReaderDecodesIsWhatWasSaid) {
    RedisProcess redis;
    redis.start();
    host({"redis.url=" + redis.url()});
    const std::string hostile = R"(roof\r\n\r\ndata: x\nid: 1\revent: gap\u0000 \u2028 \u2029 \\u000a)"
                                "\xe2\x80\xa8"
                                R"( \ud83d\ude00)";
    const auto run = ask({}, hostile);
    const auto thread = member(run.events.back(), "thread_id");
    StreamReader reader(port(), thread);
    ASSERT_TRUE(reader.read(run.events.size()));
    EXPECT_EQ(reader.seen(), run.events);
    for (const auto& message : reader.sse.messages) EXPECT_EQ(message.event, "");
    EXPECT_EQ(reader.sse.last_id, position_of(run.events.back()));
    // Of another host, with what ends a line of the stream in it: nothing of it, or all as text.
    ForeignHost foreign(redis.port());
    const auto number = std::stoll(thread);
    for (const std::string& more : {std::string(",\r \"more\":1\r"), std::string("\nid: 1\n\ndata: stolen\n\n")}) {
        std::string lines = make_event("a", 1, number)->json;
        foreign.say(number, lines.insert(lines.size() - 1, more));
    }
    const auto good = make_event("a", 1, number, false, "\r\n\ndata: x\n\n\xe2\x80\xa8")->json;
    foreign.say(number, good);
    ASSERT_TRUE(foreign.flush());
    ASSERT_TRUE(reader.read(run.events.size() + 1));
    EXPECT_EQ(reader.seen().back(), good);
    EXPECT_EQ(reader.sse.messages.size(), run.events.size() + 1);
    reader.leave();
    expect_unharmed();
}

}  // namespace
}  // namespace cedar::host
