#include "host/http/chat_channel.hpp"

#include "host/core/event_writer.hpp"
#include "host/http/superseded.hpp"
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

bool ChatChannel::has_place() {
    if (watches_.size() < max_runs_) return true;
    say_error("too many runs", ErrorCode::limit,
              "expected at most " + std::to_string(max_runs_) + " runs on one socket");
    return false;
}

void ChatChannel::on_message(ChatRequest request) {
    keep_open_ = keep_open_ || request.keep_open;
    if (draining_) return say_error("unavailable", ErrorCode::unavailable, "the server is shutting down");
    if (!has_place()) return;
    auto& watch = watches_.emplace_back();
    watch.run_id = ports_.runs->submit(project_id_, std::move(request)).run_id;
    watch.checked = true;
    follow(watch);
}

void ChatChannel::on_message(const CancelMessage& message) {
    if (!is_known(message.run_id) || !ports_.runs->cancel(message.run_id, "the client asked for it"))
        say_error("unknown run", ErrorCode::not_found, "run " + message.run_id + " is not going on");
}

void ChatChannel::on_message(const ResumeMessage& message) {
    keep_open_ = keep_open_ || message.keep_open;
    watches_.remove_if([&](const Watch& watch) { return watch.run_id == message.run_id; });
    if (!has_place()) return;
    auto& watch = watches_.emplace_back();
    watch.run_id = message.run_id;
    watch.after_seq = message.after_seq;
    fetch(watch);
}

// From now on the run is read as it happens.
void ChatChannel::follow(Watch& watch) {
    watch.news->store(true);
    watch.subscription = ports_.events->subscribe(watch.run_id, [news = watch.news, wake = wake_] {
        news->store(true);
        wake();
    });
}

void ChatChannel::fetch(Watch& watch) {
    watch.box = std::make_shared<Box>();
    ports_.events->fetch(watch.run_id, watch.after_seq, [box = watch.box, wake = wake_](EventLog::RunPage page) {
        {
            const std::lock_guard lock(box->mutex);
            box->page = std::move(page);
        }
        wake();
    });
}

bool ChatChannel::check(Watch& watch, const EventLog::RunPage& page) {
    if (page.unsure) {
        say_error("unavailable", ErrorCode::unavailable,
                  "run " + watch.run_id + " is not kept here, and other hosts cannot be asked now: try again");
        return false;
    }
    if (!page.known || page.project_id != project_id_) {
        say_error("unknown run", ErrorCode::not_found, "run " + watch.run_id + " is not kept here");
        return false;
    }
    if (watch.after_seq > page.last_seq) {
        say_error("invalid payload", ErrorCode::invalid_argument,
                  "after_seq: expected at most " + std::to_string(page.last_seq) + ", the last event so far");
        return false;
    }
    watch.checked = true;
    return true;
}

// False: there is nothing to watch. An empty page: everything that is kept was shown.
bool ChatChannel::open_page(Watch& watch) {
    EventLog::RunPage page;
    {
        const std::lock_guard lock(watch.box->mutex);
        if (!watch.box->page) return true;
        page = std::move(*watch.box->page);
    }
    watch.box.reset();
    if (!watch.checked && !check(watch, page)) return false;
    if (page.events.empty() && page.ended) return false;
    if (page.events.empty()) {
        follow(watch);
    } else {
        watch.replay.assign(page.events.begin(), page.events.end());
    }
    return true;
}

void ChatChannel::take_own(std::string& out, std::size_t room) {
    auto said = own_.begin();
    for (; said != own_.end() && out.size() < room; ++said) frames_.append(out, *said);
    own_.erase(own_.begin(), said);
}

void ChatChannel::take(std::string& out, std::size_t room) {
    take_own(out, room);
    for (auto watch = watches_.begin(); watch != watches_.end() && out.size() < room;) {
        const bool ended = take_run(*watch, out, room);
        watch = ended ? watches_.erase(watch) : std::next(watch);
    }
    take_own(out, room);
}

bool ChatChannel::take_run(Watch& watch, std::string& out, std::size_t room) {
    for (;;) {
        if (watch.box && !open_page(watch)) return true;
        if (watch.box) return false;
        const auto taken = watch.subscription ? take_live(watch, out, room) : take_replay(watch, out, room);
        if (taken != Taken::more) return taken == Taken::over;
    }
}

ChatChannel::Taken ChatChannel::take_replay(Watch& watch, std::string& out, std::size_t room) {
    while (!watch.replay.empty()) {
        if (out.size() >= room) return Taken::nothing;
        const auto event = std::move(watch.replay.front());
        watch.replay.pop_front();
        frames_.append(out, event->json);
        watch.after_seq = event->seq;
        if (event->terminal()) return Taken::over;
    }
    fetch(watch);
    return Taken::more;
}

// The flag goes down before the read, so that an event appended meanwhile puts it up again. What memory no longer
// has is fetched. Who is behind is not shown what is superseded meanwhile; a resume shows all of it.
ChatChannel::Taken ChatChannel::take_live(Watch& watch, std::string& out, std::size_t room) {
    if (!watch.news->exchange(false)) return Taken::nothing;
    const auto events = ports_.events->read(watch.run_id, watch.after_seq);
    if (!events.empty() && events.front()->seq > watch.after_seq + 1) {
        watch.subscription.reset();
        fetch(watch);
        return Taken::more;
    }
    const auto passed_over = std::exchange(watch.behind, false) ? superseded(events) : std::vector<bool>();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& event = events[i];
        if (out.size() >= room) {
            watch.news->store(true);
            watch.behind = true;
            return Taken::nothing;
        }
        watch.after_seq = event->seq;
        if (!passed_over.empty() && passed_over[i]) {
            ++skipped_;
            continue;
        }
        frames_.append(out, event->json);
        if (event->terminal()) return Taken::over;
    }
    return Taken::nothing;
}

bool ChatChannel::over() const {
    return spoken_to_ && own_.empty() && watches_.empty() && !keep_open_;
}

bool ChatChannel::is_known(std::string_view run_id) const {
    const auto events = ports_.events->read(run_id, 0);
    return !events.empty() && events.back()->project_id == project_id_;
}

void ChatChannel::say_error(std::string_view error, ErrorCode code, std::string_view detail) {
    const auto eid = ports_.ids->next(), run_id = ports_.ids->next();
    const auto t = utc_text(ports_.clock->now().utc);
    const auto event = EventWriter({EventType::error, 1, run_id, eid, t, project_id_, 0})
                           .text("error", error)
                           .text("code", to_string(code))
                           .text("detail", detail)
                           .finish();
    own_.push_back(event->json);
}

}  // namespace cedar::host::http
