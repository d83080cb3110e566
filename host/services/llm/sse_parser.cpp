#include "host/services/llm/sse_parser.hpp"

#include <utility>

namespace cedar::host::services::llm {

namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

SseParser::SseParser(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

Result<void> SseParser::feed(std::string_view bytes, const OnEvent& on_event) {
    while (!bytes.empty() && !failed_) {
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const auto end = bytes.find_first_of("\r\n");
        if (auto taken = take(bytes.substr(0, end)); !taken) return taken;
        if (end == std::string_view::npos) return {};
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        end_of_line(on_event);
    }
    if (failed_)
        return Error{ErrorCode::limit, "the event stream was given up after an event that was too long", {}};
    return {};
}

Result<void> SseParser::take(std::string_view part) {
    if (line_.size() + data_.size() + part.size() > max_event_bytes_) {
        failed_ = true;
        return Error{ErrorCode::limit,
                     "expected a server-sent event of at most " + std::to_string(max_event_bytes_) +
                         " bytes, got a longer one",
                     {}};
    }
    line_ += part;
    return {};
}

void SseParser::end_of_line(const OnEvent& on_event) {
    std::string_view line = line_;
    if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    if (line.empty()) {
        dispatch(on_event);
    } else if (const auto colon = line.find(':'); colon == std::string_view::npos) {
        field(line, {});
    } else if (colon != 0) {
        auto value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        field(line.substr(0, colon), value);
    }
    line_.clear();
}

void SseParser::field(std::string_view name, std::string_view value) {
    if (name == "event") {
        name_ = value;
    } else if (name == "data") {
        data_ += value;
        data_ += '\n';
    }
}

void SseParser::dispatch(const OnEvent& on_event) {
    if (!data_.empty()) {
        const std::string_view data(data_.data(), data_.size() - 1);
        on_event(SseEvent{name_.empty() ? std::string_view("message") : std::string_view(name_), data});
    }
    data_.clear();
    name_.clear();
}

}  // namespace cedar::host::services::llm
