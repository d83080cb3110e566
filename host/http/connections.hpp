#pragma once
#include "host/http/access.hpp"
#include "host/http/peers.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace cedar::host::http {

// One open connection, as the server sees it. Thread: any; all return at once and may be called at any time.
class Connection {
public:
    virtual ~Connection() = default;
    // Ends in an orderly way: what was begun is finished.
    virtual void stop() = 0;
    // Closes at once.
    virtual void cut() = 0;
    // What let its peer in may hold no more. For what outlives a request; each request proves itself.
    virtual void check_login() {}
};

// The open connections. Thread: any. Taken once when a connection begins and once when it ends, hence a mutex.
class Connections : public std::enable_shared_from_this<Connections> {
public:
    // A place in the set; given back on destruction.
    class Ticket {
    public:
        Ticket() = default;
        Ticket(std::shared_ptr<Connections> set, std::uint64_t id, Peers::Place place)
            : set_(std::move(set)), id_(id), place_(std::move(place)) {}
        Ticket(Ticket&& other) noexcept
            : set_(std::move(other.set_)), id_(other.id_), place_(std::move(other.place_)), login_(other.login_) {}
        Ticket& operator=(Ticket&& other) noexcept;
        ~Ticket() { release(); }
        // Who holds the place, let in by what the ticket was told last.
        void assign(std::weak_ptr<Connection> connection) const;
        void let_in_by(const Access::Login& login) { login_ = login; }
        [[nodiscard]] const Access::Login& login() const { return login_; }
        void release();
        // The peer's place among all: what it may still ask.
        [[nodiscard]] const Peers::Place& place() const { return place_; }

    private:
        std::shared_ptr<Connections> set_;
        std::uint64_t id_ = 0;
        Peers::Place place_;
        Access::Login login_;
    };

    // A place that counts from now on; who takes it is told by Ticket::assign().
    [[nodiscard]] Ticket enter(Peers::Place place = {});
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;
    // Of those that were let in by something, those for whose login `ended` is true. `ended` returns at once.
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> whose_login(
        const std::function<bool(const Access::Login&)>& ended) const;
    // Calls `done` once, when the set is empty: at once, or on the thread that gives back the last place.
    void when_empty(std::function<void()> done);

private:
    struct Entry {
        std::weak_ptr<Connection> connection;
        Access::Login login;
    };
    void leave(std::uint64_t id);

    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, Entry> open_;
    std::uint64_t last_id_ = 0;
    std::function<void()> when_empty_;
};

}  // namespace cedar::host::http
