#include "host/http/connections.hpp"

#include <utility>

namespace cedar::host::http {

Connections::Ticket& Connections::Ticket::operator=(Ticket&& other) noexcept {
    release();
    set_ = std::move(other.set_);
    id_ = other.id_;
    place_ = std::move(other.place_);
    login_ = other.login_;
    return *this;
}

void Connections::Ticket::assign(std::weak_ptr<Connection> connection) const {
    if (!set_) return;
    const std::lock_guard lock(set_->mutex_);
    set_->open_[id_] = {std::move(connection), login_};
}

void Connections::Ticket::release() {
    place_.release();
    if (const auto set = std::exchange(set_, nullptr)) set->leave(id_);
}

Connections::Ticket Connections::enter(Peers::Place place) {
    const std::lock_guard lock(mutex_);
    open_.emplace(++last_id_, Entry());
    return {shared_from_this(), last_id_, std::move(place)};
}

std::size_t Connections::size() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

std::vector<std::shared_ptr<Connection>> Connections::all() const {
    std::vector<std::shared_ptr<Connection>> out;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : open_)
        if (auto connection = entry.connection.lock()) out.push_back(std::move(connection));
    return out;
}

std::vector<std::shared_ptr<Connection>> Connections::whose_login(
    const std::function<bool(const Access::Login&)>& ended) const {
    std::vector<std::shared_ptr<Connection>> out;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : open_) {
        if (entry.login.proof == Access::Proof::none || !ended(entry.login)) continue;
        if (auto connection = entry.connection.lock()) out.push_back(std::move(connection));
    }
    return out;
}

void Connections::when_empty(std::function<void()> done) {
    {
        const std::lock_guard lock(mutex_);
        if (!open_.empty()) {
            when_empty_ = std::move(done);
            return;
        }
    }
    done();
}

void Connections::leave(std::uint64_t id) {
    std::function<void()> done;
    {
        const std::lock_guard lock(mutex_);
        open_.erase(id);
        if (open_.empty()) done = std::exchange(when_empty_, nullptr);
    }
    if (done) done();
}

}  // namespace cedar::host::http
