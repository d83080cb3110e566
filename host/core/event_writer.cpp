#include "host/core/event_writer.hpp"

#include "host/core/json.hpp"

#include <charconv>
#include <cstdio>

namespace cedar::host {
namespace {

constexpr std::size_t kUsualBytes = 384;

void append_number(std::string& out, std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

EventWriter::EventWriter(const EventHead& head) : event_(std::make_shared<Event>()) {
    event_->type = head.type;
    event_->seq = head.seq;
    event_->run_id = head.run_id;
    event_->eid = head.eid;
    event_->project_id = head.project_id;
    event_->thread_id = head.thread_id;
    auto& out = event_->json;
    out.reserve(kUsualBytes);
    out.push_back('{');
    first_ = true;
    // Names and ids are ASCII without anything to escape.
    raw("type", "\"" + std::string(to_string(head.type)) + "\"");
    key("eid");
    out.append("\"").append(head.eid).append("\"");
    key("run_id");
    out.append("\"").append(head.run_id).append("\"");
    number("seq", static_cast<std::int64_t>(head.seq));
    key("t");
    out.append("\"").append(head.t).append("\"");
    number("project_id", head.project_id);
    if (head.thread_id == 0) {
        raw("thread_id", "null");
    } else {
        number("thread_id", head.thread_id);
    }
}

void EventWriter::key(std::string_view name) {
    auto& out = event_->json;
    if (!first_) out.push_back(',');
    first_ = false;
    out.append("\"").append(name).append("\":");
}

EventWriter& EventWriter::text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(event_->json, value);
    return *this;
}

EventWriter& EventWriter::number(std::string_view name, std::int64_t value) {
    key(name);
    append_number(event_->json, value);
    return *this;
}

EventWriter& EventWriter::raw(std::string_view name, std::string_view json) {
    key(name);
    event_->json += json;
    return *this;
}

EventWriter& EventWriter::open(std::string_view name) {
    key(name);
    event_->json.push_back('{');
    first_ = true;
    return *this;
}

EventWriter& EventWriter::close() {
    event_->json.push_back('}');
    first_ = false;
    return *this;
}

EventPtr EventWriter::finish() {
    event_->json.push_back('}');
    return std::move(event_);
}

std::string utc_text(UtcTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<microseconds>(time - day));
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

void append_ms(std::string& out, std::chrono::microseconds duration) {
    const auto us = duration.count() < 0 ? 0 : duration.count();
    append_number(out, us / 1000);
    auto rest = us % 1000;
    if (rest == 0) return;
    std::string decimals = std::to_string(1000 + rest).substr(1);
    decimals.resize(decimals.find_last_not_of('0') + 1);
    out.append(".").append(decimals);
}

}  // namespace cedar::host
