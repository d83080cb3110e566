#include "host/runtime/event_body_store.hpp"

#include "host/core/sha256.hpp"

#include <algorithm>

namespace cedar::host::runtime {
namespace {

constexpr std::string_view kPath = "/api/events/body/";

}  // namespace

std::optional<BodyReference> EventBodyStore::keep(std::string body) {
    const auto size = body.size();
    if (size > limits_.bytes || limits_.bodies == 0) return std::nullopt;
    auto hash = sha256_hex(body);
    const std::lock_guard lock(mutex_);
    if (const auto known = bodies_.find(hash); known == bodies_.end()) {
        while (bytes_ + size > limits_.bytes || bodies_.size() >= limits_.bodies) forget_oldest();
        bodies_.emplace(hash, std::make_shared<const std::string>(std::move(body)));
        order_.push_back(hash);
        bytes_ += size;
    } else {
        // What is referred to again is young again.
        order_.erase(std::find(order_.begin(), order_.end(), hash));
        order_.push_back(hash);
    }
    auto url = std::string(kPath) + hash;
    return BodyReference{std::move(hash), size, std::move(url)};
}

void EventBodyStore::forget_oldest() {
    const auto oldest = bodies_.find(order_.front());
    bytes_ -= oldest->second->size();
    bodies_.erase(oldest);
    order_.pop_front();
}

std::shared_ptr<const std::string> EventBodyStore::find(std::string_view sha256) const {
    const std::lock_guard lock(mutex_);
    const auto found = bodies_.find(std::string(sha256));
    return found == bodies_.end() ? nullptr : found->second;
}

EventBodyStore::Usage EventBodyStore::usage() const {
    const std::lock_guard lock(mutex_);
    return {bodies_.size(), bytes_};
}

void ReferringEventLog::append_all(std::span<const EventPtr> events) {
    const auto max = bodies_.limits().inline_bytes;
    const auto fits = [max](const EventPtr& event) { return event->json.size() <= max; };
    if (std::all_of(events.begin(), events.end(), fits)) return real_.append_all(events);
    std::vector<EventPtr> copy(events.begin(), events.end());
    for (auto& event : copy)
        event = with_references(event, max, [this](std::string body) { return bodies_.keep(std::move(body)); });
    real_.append_all(copy);
}

}  // namespace cedar::host::runtime
