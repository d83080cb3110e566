#include "host/core/event_writer.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <charconv>

namespace cedar::host {
namespace {

// More than the names and numbers of an envelope take.
constexpr std::size_t kEnvelopeBytes = 224;

// Writes into memory that is known to suffice.
struct Cursor {
    char* at;

    void put(std::string_view text) { at = std::copy(text.begin(), text.end(), at); }
    void put(std::int64_t value) { at = std::to_chars(at, at + 20, value).ptr; }
    // With leading zeros.
    void digits(std::int64_t value, int count) {
        for (int i = count; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
        at += count;
    }
};

void append_number(std::string& out, std::int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

// Names and ids are ASCII without anything to escape.
EventWriter::EventWriter(const EventHead& head, std::size_t expected_bytes) : event_(std::make_shared<Event>()) {
    event_->type = head.type;
    event_->seq = head.seq;
    event_->run_id = head.run_id;
    event_->eid = head.eid;
    event_->project_id = head.project_id;
    event_->thread_id = head.thread_id;
    auto& out = event_->json;
    out.reserve(expected_bytes);
    out.resize(kEnvelopeBytes + head.eid.size() + head.run_id.size() + head.t.size());
    Cursor to{out.data()};
    to.put(R"({"type":")");
    to.put(to_string(head.type));
    to.put(R"(","eid":")");
    to.put(head.eid);
    to.put(R"(","run_id":")");
    to.put(head.run_id);
    to.put(R"(","seq":)");
    to.put(static_cast<std::int64_t>(head.seq));
    to.put(R"(,"t":")");
    to.put(head.t);
    to.put(R"(","project_id":)");
    to.put(head.project_id);
    to.put(R"(,"thread_id":)");
    if (head.thread_id == 0) {
        to.put("null");
    } else {
        to.put(head.thread_id);
    }
    out.resize(static_cast<std::size_t>(to.at - out.data()));
}

void EventWriter::key(std::string_view name) {
    auto& out = event_->json;
    const auto size = out.size();
    out.resize(size + name.size() + (first_ ? 3 : 4));
    Cursor to{out.data() + size};
    to.put(first_ ? "\"" : ",\"");
    to.put(name);
    to.put("\":");
    first_ = false;
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
    Cursor to{text};
    to.digits(static_cast<int>(date.year()), 4);
    to.put("-");
    to.digits(static_cast<unsigned>(date.month()), 2);
    to.put("-");
    to.digits(static_cast<unsigned>(date.day()), 2);
    to.put("T");
    to.digits(clock.hours().count(), 2);
    to.put(":");
    to.digits(clock.minutes().count(), 2);
    to.put(":");
    to.digits(clock.seconds().count(), 2);
    to.put(".");
    to.digits(clock.subseconds().count(), 6);
    to.put("Z");
    return {text, to.at};
}

void append_ms(std::string& out, std::chrono::microseconds duration) {
    const auto us = duration.count() < 0 ? 0 : duration.count();
    append_number(out, us / 1000);
    if (us % 1000 == 0) return;
    char decimals[4] = {'.'};
    Cursor to{decimals + 1};
    to.digits(us % 1000, 3);
    while (to.at[-1] == '0') --to.at;
    out.append(decimals, static_cast<std::size_t>(to.at - decimals));
}

}  // namespace cedar::host
