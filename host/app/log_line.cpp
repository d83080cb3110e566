#include "host/app/log_line.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace cedar::host::app {
namespace {

std::string time_text(UtcTime time) {
    using namespace std::chrono;
    const auto since = duration_cast<microseconds>(time.time_since_epoch());
    const auto whole = floor<seconds>(since);
    const std::time_t seconds_part = static_cast<std::time_t>(whole.count());
    std::tm parts{};
    gmtime_r(&seconds_part, &parts);
    std::array<char, 40> buffer{};
    std::array<char, 16> fraction{};
    std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const auto micros = static_cast<unsigned>((since - whole).count()) % 1000000U;
    std::snprintf(fraction.data(), fraction.size(), ".%06uZ", micros);
    return std::string(buffer.data()) + fraction.data();
}

bool is_plain(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '=' && c != '\\';
    });
}

// A message stays readable: only what could break the line is escaped.
bool fits_line(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

void add_text(std::string& line, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    line += ' ';
    line += name;
    line += '=';
    if (is_plain(value)) {
        line += value;
    } else {
        append_json_string(line, value);
    }
}

void add_json(std::string& line, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    line += ',';
    append_json_string(line, name);
    line += ':';
    append_json_string(line, value);
}

}  // namespace

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "DEBUG";
        case LogLevel::info: return "INFO";
        case LogLevel::warn: return "WARN";
        case LogLevel::error: return "ERROR";
    }
    return "INFO";
}

std::string format_text(const LogRecord& record, UtcTime time) {
    std::string line = time_text(time) + " " + std::string(to_string(record.level));
    add_text(line, "EID", record.eid);
    add_text(line, "RID", record.rid);
    if (record.pid != 0) add_text(line, "PID", std::to_string(record.pid));
    add_text(line, "UID", record.uid);
    add_text(line, "COMP", record.comp);
    add_text(line, "STAGE", record.stage);
    for (const auto& [name, value] : record.fields) add_text(line, name, value);
    if (record.message.empty()) return line;
    line += ' ';
    if (fits_line(record.message)) {
        line += record.message;
    } else {
        append_json_string(line, record.message);
    }
    return line;
}

std::string format_json(const LogRecord& record, UtcTime time) {
    std::string line = "{\"t\":\"" + time_text(time) + "\"";
    add_json(line, "level", to_string(record.level));
    add_json(line, "eid", record.eid);
    add_json(line, "rid", record.rid);
    if (record.pid != 0) line += ",\"pid\":" + std::to_string(record.pid);
    add_json(line, "uid", record.uid);
    add_json(line, "comp", record.comp);
    add_json(line, "stage", record.stage);
    add_json(line, "message", record.message);
    for (const auto& [name, value] : record.fields) add_json(line, name, value);
    return line + "}";
}

}  // namespace cedar::host::app
