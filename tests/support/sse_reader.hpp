#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host {

// What an EventSource would dispatch. Source: HTML Living Standard, section 9.2.6, line by line.
class SseReader {
public:
    struct Message {
        std::string id, event, data;
    };

    void feed(std::string_view text) {
        pending_ += text;
        std::size_t at = 0;
        for (;;) {
            const auto end = pending_.find_first_of("\r\n", at);
            if (end == std::string::npos) break;
            if (pending_[end] == '\r' && end + 1 == pending_.size()) break;  // its '\n' may still come
            const auto next = end + (pending_.compare(end, 2, "\r\n") == 0 ? 2 : 1);
            line(pending_.substr(at, end - at));
            at = next;
        }
        pending_.erase(0, at);
    }

    std::vector<Message> messages;
    std::vector<std::string> notices;  // data of `event: degraded`, which are no messages
    std::vector<std::string> comments;
    std::string last_id, retry;

private:
    void line(const std::string& text) {
        if (text.empty()) return dispatch();
        const auto colon = text.find(':');
        if (colon == 0) return comments.push_back(text.substr(1));
        const auto field = text.substr(0, colon);
        auto value = colon == std::string::npos ? std::string() : text.substr(colon + 1);
        if (value.starts_with(' ')) value.erase(0, 1);
        if (field == "data") data_ += value + "\n";
        if (field == "event") event_ = value;
        if (field == "id" && value.find('\0') == std::string::npos) last_id = value;
        if (field == "retry") retry = value;
    }
    void dispatch() {
        if (!data_.empty() && event_ == "degraded") {
            notices.push_back(data_.substr(0, data_.size() - 1));
        } else if (!data_.empty()) {
            messages.push_back({last_id, event_, data_.substr(0, data_.size() - 1)});
        }
        data_.clear();
        event_.clear();
    }

    std::string pending_, data_, event_;
};

}  // namespace cedar::host
