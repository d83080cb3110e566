#include "host/redis/channels.hpp"

#include "host/redis/thread_keys.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cedar::host::redis {
namespace {

constexpr std::size_t kChannelsAtOnce = 512;  // in one command

}  // namespace

void Channels::join(std::int64_t thread_id) {
    if (wanted_.insert(thread_id).second) changed(thread_id);
}

void Channels::leave(std::int64_t thread_id) {
    if (wanted_.erase(thread_id) > 0) changed(thread_id);
}

void Channels::on_up() {
    joined_.clear();
    changed_ = wanted_;
    settle();
}

void Channels::changed(std::int64_t thread_id) {
    changed_.insert(thread_id);
    if (changed_.size() > 1) return;  // the turn is under way
    boost::asio::post(io_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->settle();
    });
}

void Channels::settle() {
    const auto changed = std::exchange(changed_, {});
    if (!link_->up()) return;  // on_up() will
    std::vector<std::int64_t> joining, leaving;
    for (const auto thread_id : changed) {
        const bool wanted = wanted_.contains(thread_id);
        if (wanted && joined_.insert(thread_id).second) joining.push_back(thread_id);
        if (!wanted && joined_.erase(thread_id) > 0) leaving.push_back(thread_id);
    }
    send("SUBSCRIBE", joining);
    send("UNSUBSCRIBE", leaving);
}

void Channels::send(const char* command, const std::vector<std::int64_t>& threads) const {
    for (std::size_t from = 0; from < threads.size(); from += kChannelsAtOnce) {
        std::vector<std::string> arguments{command};
        const auto end = std::min(threads.size(), from + kChannelsAtOnce);
        for (auto i = from; i < end; ++i) arguments.push_back(thread_key(threads[i], kChannelTail));
        link_->subscription(arguments);
    }
}

}  // namespace cedar::host::redis
