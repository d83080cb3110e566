#include "test_server.hpp"

#include <gtest/gtest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <future>
#include <thread>

namespace cedar::host::http {

namespace net = boost::asio;

// Two threads, so that the thread sanitizer sees strands at work.
struct TestServer::Io {
    net::io_context context;
    net::executor_work_guard<net::io_context::executor_type> work{context.get_executor()};
    std::vector<std::thread> threads;
};

namespace {

ServerOptions options_of(const Limits& limits, std::vector<std::string> hosts) {
    ServerOptions options;
    options.limits = limits;
    options.hosts = std::move(hosts);
    return options;
}

}  // namespace

TestServer::TestServer(Limits limits, std::vector<std::string> hosts)
    : TestServer(options_of(limits, std::move(hosts))) {}

TestServer::TestServer(ServerOptions options) : io_(std::make_unique<Io>()) {
    store.add_project({1, "First", "2026-01-02 03:04:05"});
    store.add_project({2, "Second <b>&\"'", "2026-01-02 03:04:06"});
    ServerPorts ports;
    ports.runs = &runs;
    ports.events = &events;
    ports.threads = &threads;
    ports.bodies = &bodies;
    ports.store = &store;
    ports.clock = &clock;
    ports.ids = &ids;
    ports.log = &log;
    ports.components_json = [] { return std::string(R"({"components":[{"id":"example.one"}]})"); };
    ports.parts = [this] { return parts; };
    ports.degraded = [this] {
        const std::lock_guard lock(degraded_mutex_);
        return degraded_;
    };
    ports.metrics_text = [this] { return metrics; };
    auto server = Server::listen(io_->context, ports, std::move(options));
    if (!server) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
    for (int i = 0; i < 2; ++i) io_->threads.emplace_back([this] { io_->context.run(); });
}

void TestServer::stop() {
    std::promise<void> stopped;
    server_->stop([&stopped] { stopped.set_value(); });
    EXPECT_EQ(stopped.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TestServer::~TestServer() {
    store.release();
    stop();
    EXPECT_EQ(server_->counters().connections, 0U);
    EXPECT_EQ(events.readers(), 0U);
    io_->work.reset();
    server_.reset();
    io_->context.stop();
    for (auto& thread : io_->threads) thread.join();
}

bool TestServer::until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace cedar::host::http
