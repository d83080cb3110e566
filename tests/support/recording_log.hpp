#pragma once
#include "host/ports/log.hpp"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace cedar::host {

// Keeps every record. Thread: any.
class RecordingLog final : public Log {
public:
    struct Line {
        LogLevel level;
        std::string stage, message, eid, rid, comp, uid;
        std::int64_t pid;
        std::map<std::string, std::string> fields;
    };

    void write(const LogRecord& record) override {
        Line line{record.level,
                  std::string(record.stage),
                  std::string(record.message),
                  std::string(record.eid),
                  std::string(record.rid),
                  std::string(record.comp),
                  std::string(record.uid),
                  record.pid,
                  {}};
        for (const auto& [key, value] : record.fields) line.fields.emplace(key, value);
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
    }

    [[nodiscard]] std::vector<Line> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    // How many lines have this stage and contain this text in their message.
    [[nodiscard]] std::size_t count(std::string_view stage, std::string_view text = {}) const {
        std::size_t found = 0;
        for (const auto& line : lines())
            if (line.stage == stage && line.message.find(text) != std::string::npos) ++found;
        return found;
    }

private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

}  // namespace cedar::host
