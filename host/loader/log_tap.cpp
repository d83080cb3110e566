#include "host/loader/log_tap.hpp"

#include "host/core/json.hpp"

namespace cedar::host::loader {

namespace {

constexpr std::size_t kMaxBytes = 1024;

thread_local LogTap::Recording* current = nullptr;

}  // namespace

LogTap::Recording::Recording() : outer_(current) {
    current = this;
}

LogTap::Recording::~Recording() {
    current = outer_;
}

void LogTap::write(const LogRecord& record) {
    if (current != nullptr && record.level != LogLevel::debug) {
        std::string& text = current->text_;
        if (!text.empty()) text += "; ";
        text += record.message;
        if (text.size() > kMaxBytes) text = to_utf8(text.substr(0, kMaxBytes));
    }
    real_.write(record);
}

}  // namespace cedar::host::loader
