#include "host/http/chat_channel.hpp"

#include "host/core/json.hpp"
#include "host/http/http_date.hpp"
#include "host/http/ws_frames.hpp"
#include "host/ports/clock.hpp"
#include "host/ports/ids.hpp"
#include "host/ports/runs.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::http {

ChatChannel::ChatChannel(const ServerPorts& ports, std::int64_t project_id, std::size_t max_runs,
                         std::function<void()> wake)
    : ports_(ports), project_id_(project_id), max_runs_(max_runs), wake_(std::move(wake)) {}

ChatChannel::~ChatChannel() = default;

void ChatChannel::on_text(std::string_view text) {
    spoken_to_ = true;
    auto message = parse_chat_message(text);
    if (!message) return say_error("invalid payload", message.error().code, message.error().message);
    std::visit([this](auto&& one) { on_message(std::forward<decltype(one)>(one)); }, std::move(*message));
}

void ChatChannel::on_binary() {
    spoken_to_ = true;
    say_error("invalid payload", ErrorCode::invalid_argument, "expected a text message, got a binary one");
}

void ChatChannel::on_flood() {
    say_error("too many messages", ErrorCode::limit, "expected fewer messages a second");
}

void ChatChannel::on_message(ChatRequest request) {
    if (draining_) return say_error("unavailable", ErrorCode::unavailable, "the server is shutting down");
    if (watches_.size() >= max_runs_)
        return say_error("too many runs", ErrorCode::limit,
                         "expected at most " + std::to_string(max_runs_) + " runs on one socket");
    keep_open_ = keep_open_ || request.keep_open;
    watch(ports_.runs->submit(project_id_, std::move(request)).run_id, 0);
}

void ChatChannel::on_message(const CancelMessage& message) {
    const auto last = last_event(message.run_id);
    if (last == nullptr || !ports_.runs->cancel(message.run_id, "the client asked for it"))
        say_error("unknown run", ErrorCode::not_found, "run " + message.run_id + " is not going on");
}

void ChatChannel::on_message(const ResumeMessage& message) {
    keep_open_ = keep_open_ || message.keep_open;
    const auto last = last_event(message.run_id);
    if (last == nullptr)
        return say_error("unknown run", ErrorCode::not_found, "run " + message.run_id + " is not kept here");
    if (message.after_seq > last->seq)
        return say_error("invalid payload", ErrorCode::invalid_argument,
                         "after_seq: expected at most " + std::to_string(last->seq) + ", the last event so far");
    const auto same = [&](const Watch& watch) { return watch.run_id == message.run_id; };
    watches_.remove_if(same);
    if (last->terminal() && message.after_seq == last->seq) return;  // it has heard everything
    if (watches_.size() >= max_runs_)
        return say_error("too many runs", ErrorCode::limit,
                         "expected at most " + std::to_string(max_runs_) + " runs on one socket");
    watch(message.run_id, message.after_seq);
}

void ChatChannel::watch(std::string run_id, std::uint64_t after_seq) {
    auto& watch = watches_.emplace_back();
    watch.run_id = std::move(run_id);
    watch.after_seq = after_seq;
    watch.news = std::make_shared<std::atomic<bool>>(true);
    watch.subscription = ports_.events->subscribe(watch.run_id, [news = watch.news, wake = wake_] {
        news->store(true);
        wake();
    });
}

void ChatChannel::take(std::string& out, std::size_t room) {
    while (!own_.empty() && out.size() < room) {
        append_text_frame(out, own_.front());
        own_.pop_front();
    }
    for (auto watch = watches_.begin(); watch != watches_.end() && out.size() < room;) {
        const bool ended = take_run(*watch, out, room);
        watch = ended ? watches_.erase(watch) : std::next(watch);
    }
}

// The flag goes down before the read, so that an event appended meanwhile puts it up again.
bool ChatChannel::take_run(Watch& watch, std::string& out, std::size_t room) {
    if (!watch.news->exchange(false)) return false;
    for (const auto& event : ports_.events->read(watch.run_id, watch.after_seq)) {
        if (out.size() >= room) {
            watch.news->store(true);
            return false;
        }
        append_text_frame(out, event->json);
        watch.after_seq = event->seq;
        if (event->terminal()) return true;
    }
    return false;
}

bool ChatChannel::over() const {
    return spoken_to_ && own_.empty() && watches_.empty() && !keep_open_;
}

EventPtr ChatChannel::last_event(std::string_view run_id) const {
    const auto events = ports_.events->read(run_id, 0);
    return events.empty() || events.back()->project_id != project_id_ ? nullptr : events.back();
}

void ChatChannel::say_error(std::string_view error, ErrorCode code, std::string_view detail) {
    std::string json = R"({"type":"error","eid":)" + json_string(ports_.ids->next());
    json += R"(,"run_id":)" + json_string(ports_.ids->next()) + R"(,"seq":1)";
    json += R"(,"t":)" + json_string(event_time(ports_.clock->now().utc));
    json += R"(,"project_id":)" + std::to_string(project_id_) + R"(,"thread_id":null)";
    json += R"(,"error":)" + json_string(error);
    json += R"(,"code":)" + json_string(to_string(code));
    json += R"(,"detail":)" + json_string(detail) + "}";
    own_.push_back(std::move(json));
}

}  // namespace cedar::host::http
