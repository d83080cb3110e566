#include "host/http/peers.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::http {

void TokenBucket::refill(SteadyTime now) {
    if (last_ != SteadyTime{} && now > last_)
        left_ = std::min(most_, left_ + std::chrono::duration<double>(now - last_).count() * per_second_);
    last_ = std::max(last_, now);
}

bool TokenBucket::take(double count, SteadyTime now) {
    if (per_second_ <= 0) return true;
    refill(now);
    if (left_ < count) return false;
    left_ -= count;
    return true;
}

bool TokenBucket::full(SteadyTime now) {
    if (per_second_ <= 0) return true;
    refill(now);
    return left_ >= most_;
}

bool Peer::take(double count, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    return requests_.take(count, now);
}

Peers::Place& Peers::Place::operator=(Place&& other) noexcept {
    release();
    peers_ = std::move(other.peers_);
    peer_ = std::move(other.peer_);
    return *this;
}

void Peers::Place::release() {
    const auto peer = std::exchange(peer_, nullptr);
    if (const auto peers = std::exchange(peers_, nullptr); peers && peer) peers->leave(*peer);
}

Peers::Place Peers::enter(const std::string& address, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (peers_.size() >= sweep_at_ && now - swept_ >= std::chrono::seconds(1)) sweep(now);
    static const std::string others = "others";
    const bool room = peers_.size() < max_peers || peers_.contains(address);
    auto& peer = peers_[room ? address : others];
    if (!peer) peer = std::make_shared<Peer>(limits_);
    if (limits_.connections != 0 && peer->connections_ >= limits_.connections) return {};
    ++peer->connections_;
    return {shared_from_this(), peer};
}

// Who has nothing open and may ask as much as a newcomer need not be remembered.
void Peers::sweep(SteadyTime now) {
    std::erase_if(peers_, [now](const auto& entry) {
        Peer& peer = *entry.second;
        const std::lock_guard lock(peer.mutex_);
        return peer.connections_ == 0 && peer.requests_.full(now);
    });
    sweep_at_ = std::clamp<std::size_t>(peers_.size() * 2, 64, max_peers);
    swept_ = now;
}

void Peers::leave(Peer& peer) {
    const std::lock_guard lock(mutex_);
    --peer.connections_;
}

std::size_t Peers::size() const {
    const std::lock_guard lock(mutex_);
    return peers_.size();
}

}  // namespace cedar::host::http
