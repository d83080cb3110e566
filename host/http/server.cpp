#include "host/http/server.hpp"

#include "host/core/check.hpp"
#include "host/http/listener.hpp"
#include "host/http/parting.hpp"
#include "host/http/problem.hpp"
#include "host/http/tls.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;
using net::ip::tcp;

namespace {

constexpr std::size_t kAcksAtATime = 256;

Error cannot_listen(const boost::system::error_code& error, const std::string& place) {
    if (error == net::error::address_in_use)
        return {ErrorCode::already_exists, place + ": expected a free port, got one that is taken",
                error.message()};
    const bool denied = error == net::error::access_denied;
    return {denied ? ErrorCode::denied : ErrorCode::io, place + ": cannot listen: " + error.message(),
            error.message()};
}

Result<tcp::acceptor> open_acceptor(net::io_context& io, const net::ip::address& address, std::uint16_t port) {
    const tcp::endpoint endpoint(address, port);
    const auto place =
        (address.is_v6() ? "[" + address.to_string() + "]" : address.to_string()) + ":" + std::to_string(port);
    tcp::acceptor acceptor(net::make_strand(io));
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return cannot_listen(error, place);
    return acceptor;
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Impl> {
    Impl(net::io_context& io, tcp::acceptor acceptor, ServerContextPtr shared, tcp::endpoint bound)
        : context(std::move(shared)),
          listener(std::make_shared<Listener>(std::move(acceptor), context)),
          endpoint(std::move(bound)),
          strand(net::make_strand(io)),
          cut_timer(strand),
          part_timer(strand),
          look_timer(strand) {}

    // Once a second: what nobody acknowledges, and logins that have ended. The wall clock may jump, so that no
    // timer knows when one does.
    void keep_looking() {
        look_timer.expires_after(std::chrono::seconds(1));
        look_timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            if (const auto self = weak.lock(); self && !error) self->look();
        });
    }

    // Some acks at a time: a busy second has tens of thousands, and events of others are on their way meanwhile.
    void look() {
        if (context->stopping) return;
        if (auto* acks = context->site.acks(); acks != nullptr && acks->expire(kAcksAtATime))
            return net::post(strand, [self = shared_from_this()] { self->look(); });
        check_logins();
        keep_looking();
    }

    void check_logins() const {
        if (context->access.open_to_all()) return;
        const auto now = context->ports.clock->now().utc;
        const auto ended = [&](const Access::Login& login) { return !context->access.holds(login, now); };
        for (const auto& connection : context->connections->whose_login(ended)) connection->check_login();
    }

    void drain() { context->site.drain(); }

    void stop(std::function<void()> done) {
        drain();
        listener->stop();
        context->stopping = true;
        net::post(strand, [self = shared_from_this(), done = std::move(done)]() mutable {
            self->part();
            self->await_end(std::move(done));
        });
    }

    void part() {
        parting = Parting(context->connections->all(), context->limits.stop_time / 2);
        part_from_some();
    }
    void part_from_some() {
        if (!parting.tell_some()) return;
        part_timer.expires_after(Parting::step);
        part_timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->part_from_some();
        });
    }

    void await_end(std::function<void()> done) {
        cut_timer.expires_after(context->limits.stop_time);
        cut_timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (error) return;
            for (const auto& connection : self->context->connections->all()) connection->cut();
        });
        context->connections->when_empty([self = shared_from_this(), done = std::move(done)] {
            net::post(self->strand, [self, done] {
                self->cut_timer.cancel();
                self->look_timer.cancel();
                self->part_timer.cancel();
                if (done) done();
            });
        });
    }

    ServerContextPtr context;
    std::string certificate, key;  // files
    std::shared_ptr<Listener> listener;
    tcp::endpoint endpoint;
    net::strand<net::io_context::executor_type> strand;
    net::steady_timer cut_timer, part_timer, look_timer;
    Parting parting;  // once it stops
};

Result<std::unique_ptr<Server>> Server::listen(net::io_context& io, ServerPorts ports, ServerOptions options) {
    CEDAR_CHECK(ports.runs && ports.events && ports.store && ports.clock && ports.ids && ports.log);
    CEDAR_CHECK(ports.components_json);
    boost::system::error_code error;
    const auto name = options.address == "localhost" ? "127.0.0.1" : options.address;
    const auto address = net::ip::make_address(name, error);
    if (error)
        return Error{ErrorCode::invalid_argument,
                     "address: expected an IPv4 or IPv6 address or localhost, got " + in_quotes(options.address),
                     ""};
    std::shared_ptr<const TlsContext> tls;
    if (!options.tls_certificate.empty() || !options.tls_key.empty()) {
        auto loaded = TlsContext::load(options.tls_certificate, options.tls_key);
        if (!loaded) return loaded.error();
        tls = std::move(*loaded);
    }
    auto acceptor = open_acceptor(io, address, options.port);
    if (!acceptor) return acceptor.error();
    const auto endpoint = acceptor->local_endpoint(error);
    if (error) return cannot_listen(error, options.address);
    const auto bound = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    HostPolicy hosts(std::move(options.hosts), bound, address.is_loopback(), endpoint.port());
    auto context = std::make_shared<ServerContext>(ports, options.limits, std::move(hosts),
                                                   std::move(options.token), std::move(tls), io);
    auto impl = std::make_shared<Impl>(io, std::move(*acceptor), std::move(context), endpoint);
    impl->certificate = std::move(options.tls_certificate);
    impl->key = std::move(options.tls_key);
    impl->listener->start();
    net::post(impl->strand, [impl] { impl->keep_looking(); });
    return std::make_unique<Server>(std::move(impl));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
    impl_->stop(nullptr);
}

std::uint16_t Server::port() const {
    return impl_->endpoint.port();
}

std::string Server::url() const {
    const auto address = impl_->endpoint.address();
    const auto host =
        address.is_unspecified() ? std::string(address.is_v6() ? "::1" : "127.0.0.1") : address.to_string();
    return (impl_->context->secure ? "https://" : "http://") + (address.is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(port()) + "/";
}

Result<void> Server::renew_certificate() {
    if (!impl_->context->secure) return {};
    auto loaded = TlsContext::load(impl_->certificate, impl_->key);
    if (!loaded) return loaded.error();
    impl_->context->set_tls(std::move(*loaded));
    return {};
}

bool Server::renew_token(std::string token) {
    if (!impl_->context->access.renew(std::move(token))) return false;
    impl_->check_logins();
    return true;
}

void Server::drain() {
    impl_->drain();
}

void Server::stop(std::function<void()> done) {
    impl_->stop(std::move(done));
}

Server::Counters Server::counters() const {
    const auto& from = *impl_->context;
    const auto acks = from.site.acks() == nullptr ? AckRegistry::Counters() : from.site.acks()->counters();
    return {.connections = from.connections->size(),
            .accepted = from.accepted,
            .refused = from.refused,
            .requests = from.requests,
            .sockets = from.sockets,
            .streams = from.streams,
            .timeouts = from.timeouts,
            .header_timeouts = from.header_timeouts,
            .slow_readers = from.slow_readers,
            .protocol_errors = from.protocol_errors,
            .unauthorized = from.unauthorized,
            .rate_limited = from.rate_limited,
            .logins_ended = from.logins_ended,
            .superseded = from.superseded,
            .acked = acks.acked,
            .ack_timeouts = acks.timeouts};
}

}  // namespace cedar::host::http
