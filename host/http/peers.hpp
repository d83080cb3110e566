#pragma once
#include "host/core/now.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace cedar::host::http {

// So many at once, and so many a second in the long run. Not thread-safe.
class TokenBucket {
public:
    // `per_second` 0: no limit.
    TokenBucket(double at_once, double per_second) : most_(at_once), per_second_(per_second), left_(at_once) {}
    // False: not enough is left, and nothing is taken.
    [[nodiscard]] bool take(double count, SteadyTime now);
    [[nodiscard]] bool full(SteadyTime now);

private:
    void refill(SteadyTime now);
    double most_, per_second_, left_;
    SteadyTime last_{};
};

struct PeerLimits {
    std::size_t connections = 512;           // of one peer; 0: as many as all
    std::size_t requests_at_once = 5000;     // requests and chat messages of one peer, in a burst
    std::size_t requests_per_second = 1000;  // in the long run; 0: no limit
};

// One peer address: what it has open, and what it may still ask. Thread: any.
class Peer {
public:
    explicit Peer(const PeerLimits& limits)
        : requests_(static_cast<double>(limits.requests_at_once), static_cast<double>(limits.requests_per_second)) {
    }
    // False: it asks too much.
    [[nodiscard]] bool take(double count, SteadyTime now);

private:
    friend class Peers;
    std::mutex mutex_;
    TokenBucket requests_;
    std::size_t connections_ = 0;  // under Peers' mutex
};

// The peers that have something open or have asked lately. Thread: any.
class Peers : public std::enable_shared_from_this<Peers> {
public:
    // Addresses told apart; beyond it, new ones share one entry.
    static constexpr std::size_t max_peers = 65536;

    // One connection of a peer; given back on destruction.
    class Place {
    public:
        Place() = default;
        Place(std::shared_ptr<Peers> peers, std::shared_ptr<Peer> peer)
            : peers_(std::move(peers)), peer_(std::move(peer)) {}
        Place(Place&& other) noexcept = default;
        Place& operator=(Place&& other) noexcept;
        ~Place() { release(); }
        explicit operator bool() const { return peer_ != nullptr; }
        [[nodiscard]] bool take(double count, SteadyTime now) const { return !peer_ || peer_->take(count, now); }
        void release();

    private:
        std::shared_ptr<Peers> peers_;
        std::shared_ptr<Peer> peer_;
    };

    explicit Peers(const PeerLimits& limits) : limits_(limits) {}
    // `address`: whatever tells one peer from another. Empty: it has too many connections already.
    [[nodiscard]] Place enter(const std::string& address, SteadyTime now);
    [[nodiscard]] std::size_t size() const;

private:
    void sweep(SteadyTime now);
    void leave(Peer& peer);

    const PeerLimits limits_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Peer>> peers_;
    std::size_t sweep_at_ = 64;
    SteadyTime swept_{};  // at most once a second, however many come
};

}  // namespace cedar::host::http
