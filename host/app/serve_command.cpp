#include "host/app/command.hpp"
#include "host/app/component_list.hpp"
#include "host/app/composition.hpp"
#include "host/app/config_print.hpp"
#include "host/app/heartbeat.hpp"
#include "host/app/host_metrics.hpp"
#include "host/app/io_threads.hpp"
#include "host/app/listen_rules.hpp"
#include "host/app/local_socket.hpp"
#include "host/app/model_config.hpp"
#include "host/app/note.hpp"
#include "host/app/options.hpp"
#include "host/app/service_manager.hpp"
#include "host/app/signal_watch.hpp"
#include "host/http/server.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <ostream>

namespace cedar::host::app {
namespace {

constexpr std::chrono::milliseconds kBeyondStopTime{2000};

// Every connection is a descriptor; the usual soft limit is as small as the usual number of connections.
void raise_descriptor_limit(Log& log) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) note(log, LogLevel::warn, "app", "the descriptor limit stays low");
}

std::string model_line(const Config& config) {
    if (config.test_mode()) return "test mode, answers are made by rule";
    if (const auto advice = missing_key_advice(config); !advice.empty()) return "no key. " + advice;
    return config.text("llm.model_main") + " at " + config.text("llm.base_url");
}

// What everybody who uses the page has to know at once.
std::string page_notice(Composition& host) {
    const Config& config = host.config();
    if (config.test_mode()) return "Test mode: no language model is asked, answers are made by rule.";
    const auto aggregator = aggregator_facts(host.components(), config.text("aggregator"));
    return aggregator.uses_llm ? missing_key_advice(config) : std::string{};
}

http::ServerPorts server_ports(Composition& host) {
    http::ServerPorts ports;
    ports.runs = &host.runs();
    ports.events = &host.events();
    ports.bodies = &host.bodies();
    ports.threads = &host.threads();
    ports.store = &host.store();
    ports.clock = &host.clock();
    ports.ids = &host.ids();
    ports.log = &host.log();
    ports.plugins_json = [&host] { return host.plugins_json(); };
    ports.components_json = [&host] { return host.components_json(); };
    ports.health_json = [&host] { return host.health_json(); };
    ports.parts = [&host] { return host.parts(); };
    ports.degraded = [&host] { return host.degraded(); };
    ports.metrics_text = [&host] { return host.meter().text(); };
    ports.notice = page_notice(host);
    ports.test_tools = host.config().test_mode() && is_loopback(host.config().text("server.host"));
    return ports;
}

// What others can reach is served to those who know the token.
Result<void> check_doors(const Config& config) {
    const std::string& host = config.text("server.host");
    if (!is_loopback(host) && config.path("server.token_file").empty())
        return Error{
            ErrorCode::denied,
            "server.host: expected a loopback address, or an access token beside it (--token-file), got \"" + host +
                "\" from " + to_string(config.origin("server.host")),
            {}};
    const bool certificate = !config.path("server.tls_certificate").empty();
    if (certificate == !config.path("server.tls_key").empty()) return {};
    const char* missing = certificate ? "server.tls_key" : "server.tls_certificate";
    const char* given = certificate ? "server.tls_certificate" : "server.tls_key";
    return Error{
        ErrorCode::invalid_argument, std::string(missing) + ": expected a file beside " + given + ", got none", {}};
}

// One serving host: made, announced, stopped, in this order.
class Serving {
public:
    Serving(CommandContext& context, std::unique_ptr<Composition> host)
        : context_(context), host_(std::move(host)), io_(context.config.size("server.io_threads"), context.log) {}

    // An occupied default port moves to a free one; one that somebody asked for does not.
    Result<void> listen() {
        const Config& config = context_.config;
        http::ServerOptions options = server_options(config);
        if (!config.path("server.token_file").empty()) {
            auto token = token_of_file();
            if (!token) return token.error();
            options.token = std::move(*token);
        }
        auto server = http::Server::listen(io_.context(), server_ports(*host_), options);
        if (!server && server.error().code == ErrorCode::already_exists && !config.is_explicit("server.port")) {
            taken_port_ = options.port;
            options.port = 0;
            server = http::Server::listen(io_.context(), server_ports(*host_), options);
        }
        if (!server) return server.error();
        server_ = std::move(*server);
        watch_server(host_->meter(), *server_);
        host_->meter().watch(Meter::Kind::counter, "cedar_log_lines_lost_total",
                             "Lines of the log that could not be written", {},
                             [lost = context_.lines_lost] { return static_cast<double>(lost()); });
        listen_to_commands();
        io_.start();
        const auto port_file = config.path("server.port_file");
        return port_file.empty() ? Result<void>{} : write_whole(port_file, std::to_string(server_->port()) + "\n");
    }

    // Without it commands look for themselves: nothing to stop for.
    void listen_to_commands() {
        auto made =
            LocalSocket::open(io_.context(), context_.config.path("data_dir"),
                              [host = host_.get()](std::string_view question) -> std::optional<std::string> {
                                  if (question == kPluginsQuestion) return host->plugins_json();
                                  return std::nullopt;
                              });
        if (made) {
            commands_ = std::move(*made);
        } else {
            note(context_.log, LogLevel::warn, "app", made.error().message);
        }
    }

    void watch() { host_->watch_plugins(); }

    void announce() {
        const AggregatorFacts aggregator =
            aggregator_facts(host_->components(), context_.config.text("aggregator"));
        const std::string model = !aggregator.present   ? "not among the components: questions will end in an error"
                                  : aggregator.uses_llm ? "uses a language model: " + model_line(context_.config)
                                                        : "uses no language model";
        const std::size_t refused = host_->components().rejected_files() + host_->components().refused().size();
        context_.out << "cedar serves " << server_->url();
        if (taken_port_ != 0) context_.out << "  (port " << taken_port_ << " is taken)";
        context_.out << "\n  data        " << context_.config.text("data_dir") << "\n  components  "
                     << host_->components().registry()->all().size() << " ready, " << refused << " refused"
                     << (refused == 0 ? "" : " (cedar components says why)") << "\n  aggregator  " << aggregator.id
                     << ", " << model << std::endl;
        note(context_.log, LogLevel::info, "app", "serving " + server_->url());
    }

    // Tells whoever started this host that it serves, and from now on that it lives.
    void report() {
        manager_.tell("READY=1\nSTATUS=serving " + server_->url());
        if (const auto limit = manager_.watchdog())
            start_heartbeat(io_.context(), host_->control(), *limit / 2, [this] { manager_.tell("WATCHDOG=1"); });
    }

    // What can be read again while the host serves; what cannot be used changes nothing.
    void renew() {
        const bool certificate = !context_.config.path("server.tls_certificate").empty();
        const bool token = !context_.config.path("server.token_file").empty();
        if (certificate) renew_certificate();
        if (token) renew_token();
        if (!certificate && !token)
            note(context_.log, LogLevel::info, "app", "SIGHUP: there is no certificate and no token to read again");
    }

    // It counts for the next connection.
    void renew_certificate() {
        const auto renewed = server_->renew_certificate();
        if (renewed) return note(context_.log, LogLevel::info, "app", "the certificate was read again");
        note(context_.log, LogLevel::error, "app",
             "the certificate before stays in use: " + renewed.error().message);
    }

    // Another one ends what was let in by the one before.
    void renew_token() {
        auto token = token_of_file();
        if (!token)
            return note(context_.log, LogLevel::error, "app",
                        "the access token before stays in use: " + token.error().message);
        const bool another = server_->renew_token(std::move(*token));
        note(context_.log, LogLevel::info, "app",
             another ? "the access token was read again; logins with the one before have ended"
                     : "the access token was read again and is the one before");
    }

    Result<std::string> token_of_file() {
        const auto file = context_.config.path("server.token_file");
        if (is_readable_by_all(file))
            note(context_.log, LogLevel::warn, "app", file.string() + ": everybody on this machine can read it");
        return read_token(file);
    }

    // Refuse runs, let those going on finish, cancel the rest, end the connections, end the components, close the
    // store.
    void stop() {
        note(context_.log, LogLevel::info, "app", "stopping");
        manager_.tell("STOPPING=1\nSTATUS=ending runs and connections");
        server_->drain();
        if (!host_->drain()) note(context_.log, LogLevel::warn, "app", "runs were cancelled to stop in time");
        auto closed = std::make_shared<std::promise<void>>();
        server_->stop([closed] { closed->set_value(); });
        const auto limit = context_.config.milliseconds("server.stop_time_ms") + kBeyondStopTime;
        if (closed->get_future().wait_for(limit) != std::future_status::ready) {
            note(context_.log, LogLevel::error, "app", "connections did not close in time; they are cut");
        }
        io_.stop();
        commands_.reset();
        server_.reset();
        if (!host_->close()) {
            context_.abandon = true;
            static_cast<void>(host_.release());
        }
        note(context_.log, LogLevel::info, "app", "stopped");
    }

private:
    CommandContext& context_;
    const ServiceManager manager_ = ServiceManager::from_environment();
    std::unique_ptr<Composition> host_;
    IoThreads io_;
    std::unique_ptr<LocalSocket> commands_;
    std::unique_ptr<http::Server> server_;
    std::uint16_t taken_port_ = 0;
};

// What signals ask for, carried to the thread that serves.
class Asked {
public:
    void stop() { set(stop_); }
    void renew() { set(renew_); }
    // Waits; calls `renew` each time it is asked for, until it is asked to stop.
    void wait(const std::function<void()>& renew) {
        std::unique_lock lock(mutex_);
        while (!stop_) {
            changed_.wait(lock, [this] { return stop_ || renew_; });
            if (!std::exchange(renew_, false) || stop_) continue;
            lock.unlock();
            renew();
            lock.lock();
        }
    }

private:
    void set(bool& what) {
        const std::lock_guard lock(mutex_);
        what = true;
        changed_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false, renew_ = false;
};

// Whose terminal goes away is ended by SIGHUP, unless it has something to read again.
bool takes_sighup(const Config& config) {
    return !config.path("server.tls_certificate").empty() || !config.path("server.token_file").empty() ||
           ::isatty(STDIN_FILENO) == 0;
}

// Whether a line can be written there without waiting for a reader, who may have gone to sleep.
bool takes_more(int descriptor) {
    pollfd ready{descriptor, POLLOUT, 0};
    return ::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0;
}

}  // namespace

int run_serve(CommandContext& context) {
    if (auto checked = check_doors(context.config); !checked) return fail(context, checked.error(), kUsage);
    raise_descriptor_limit(context.log);
    Asked asked;
    const std::function<void()> renew = [&asked] { asked.renew(); };
    const SignalWatch watch([&asked] { asked.stop(); }, takes_sighup(context.config) ? renew : nullptr);
    auto host =
        Composition::make(context.config, context.redactor, context.clock, context.log, LargeEvents::referred);
    if (!host) return fail(context, host.error(), kUsage);
    if (auto shared = (*host)->share_events(); !shared) return fail(context, shared.error(), kUsage);
    Serving serving(context, std::move(*host));
    if (auto listening = serving.listen(); !listening) return fail(context, listening.error(), kUsage);
    serving.announce();
    serving.report();
    serving.watch();
    asked.wait([&serving] { serving.renew(); });
    if (takes_more(STDOUT_FILENO)) context.out << "stopping; a second Ctrl-C ends at once" << std::endl;
    serving.stop();
    return kDone;
}

}  // namespace cedar::host::app
