#include "tools/bench/chat_cases.hpp"

#include "host/core/json.hpp"
#include "host/core/redactor.hpp"
#include "host/http/server.hpp"
#include "host/runtime/event_body_store.hpp"
#include "host/runtime/redacting_ports.hpp"
#include "tools/bench/chat_client.hpp"
#include "tools/bench/repeat.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>

namespace cedar::bench {
namespace {

using namespace cedar::host;

constexpr std::string_view kQuestion = R"({"action":"chat","content":"What is to be done?"})";

// The host's server on a free port, one I/O thread, as `cedar serve` has by default; the event log is the host's
// own.
class ChatServer {
public:
    ChatServer(BenchHost& host, const char* kind, std::size_t count)
        : dispatcher_(host.dispatch(host.make(kind, count, std::chrono::seconds(15)), &redacted_)) {
        http::ServerPorts ports;
        ports.runs = dispatcher_.get();
        ports.events = &events_;
        ports.store = &host.store;
        ports.clock = &host.clock;
        ports.ids = &host.ids;
        ports.log = &host.log;
        ports.components_json = [] { return std::string("{}"); };
        auto server = http::Server::listen(io_, ports, {});
        if (!server) {
            std::fprintf(stderr, "%s\n", server.error().message.c_str());
            std::exit(1);
        }
        server_ = std::move(*server);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~ChatServer() {
        server_->stop([this] { guard_.reset(); });
        thread_.join();
        server_.reset();
        io_.restart();
        io_.poll();
    }
    ChatServer(const ChatServer&) = delete;
    ChatServer& operator=(const ChatServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

private:
    const Redactor redactor_{std::vector<std::string>{"a-key-of-forty-octets-as-an-endpoint-has"}};
    runtime::MemoryEventLog events_;
    runtime::EventBodyStore bodies_;
    runtime::ReferringEventLog referring_{events_, bodies_};
    runtime::RedactingEventLog redacted_{referring_, redactor_};
    std::unique_ptr<runtime::Dispatcher> dispatcher_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

bool terminal(std::string_view event) {
    return event.starts_with(R"({"type":"final")") || event.starts_with(R"({"type":"error")");
}

std::vector<std::string> read_run(ChatClient& client, std::size_t expected) {
    std::vector<std::string> events;
    events.reserve(expected);
    for (auto event = client.next(); !event.empty(); event = client.next()) {
        events.emplace_back(event);
        if (terminal(event)) break;
    }
    return events;
}

// What is wrong with a run's events, or nothing.
std::string fault_of(const std::vector<std::string>& events, std::size_t count) {
    std::set<std::string> eids, dispatched, answered;
    std::string run_id;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto event = parse_json(events[i]);
        if (!event) return event.error().message;
        if (!eids.emplace(string_member(*event, "eid")).second) return "an eid came twice";
        if (run_id.empty()) run_id = string_member(*event, "run_id");
        if (run_id != string_member(*event, "run_id")) return "an event of another run";
        const auto* seq = find_member(*event, "seq");
        if (seq == nullptr || !seq->IsUint64() || seq->GetUint64() != i + 1) return "a gap in seq";
        const auto function = string_member(*event, "function");
        const auto* call = find_member(*event, "call");
        if (function == "component") dispatched.emplace(string_member(*call, "component"));
        if (function != "component_result") continue;
        if (string_member(*call, "status") != "ok") return "a component failed";
        if (!answered.emplace(string_member(*call, "component")).second) return "a result came twice";
    }
    if (dispatched.size() != count || answered.size() != count)
        return "of " + std::to_string(count) + " components " + std::to_string(dispatched.size()) +
               " had begun and " + std::to_string(answered.size()) +
               " had ended when this came: " + events.back().substr(0, 400);
    return events.back().starts_with(R"({"type":"final")") ? "" : "it did not end in a final";
}

void check(const std::vector<std::string>& events, std::size_t count) {
    const auto fault = events.empty() ? std::string("no event came") : fault_of(events, count);
    if (!fault.empty()) std::printf("%s: the figure does not count\n", fault.c_str());
}

}  // namespace

Spread on_chat_socket(BenchHost& host, const char* kind, std::size_t count, int repetitions) {
    ChatServer server(host, kind, count);
    return repeat(repetitions, [&] {
        ChatClient client(server.port());
        const auto begin = std::chrono::steady_clock::now();
        client.send_text(kQuestion);
        const auto events = read_run(client, 2 * count + 16);
        const double taken = ms_since(begin);
        check(events, count);
        return taken;
    });
}

Spread ack_on_chat_socket(BenchHost& host, std::size_t count, int repetitions) {
    ChatServer server(host, "bench.noop", count);
    return repeat(repetitions, [&] {
        ChatClient busy(server.port()), client(server.port());
        busy.send_text(kQuestion);
        static_cast<void>(busy.next());  // its ack: it has begun
        const auto begin = std::chrono::steady_clock::now();
        client.send_text(kQuestion);
        const std::string ack(client.next());
        const double taken = ms_since(begin);
        if (!ack.starts_with(R"({"type":"ack")")) std::printf("no ack: the figure does not count\n");
        auto events = read_run(client, 2 * count + 16);
        events.insert(events.begin(), ack);
        check(events, count);
        static_cast<void>(read_run(busy, 2 * count + 16));
        return taken;
    });
}

}  // namespace cedar::bench
