#pragma once
#include "host/ports/log.hpp"

#include <string>

namespace cedar::host::loader {

// A log in front of the real one that can also note what the current thread writes: how a plugin's own words
// during `init` become part of the reason for its refusal. Put it between the runtime and the real log.
// Ownership: `real` must outlive it. Thread: any.
class LogTap final : public Log {
public:
    explicit LogTap(Log& real) : real_(real) {}
    void write(const LogRecord& record) override;

    // From construction to destruction, notes the messages (info and above, joined by "; ", at most 1024 bytes)
    // that this thread writes to any tap. They still reach the real log. May be nested: the inner one notes.
    class Recording {
    public:
        Recording();
        ~Recording();
        Recording(const Recording&) = delete;
        Recording& operator=(const Recording&) = delete;
        [[nodiscard]] const std::string& text() const { return text_; }

    private:
        friend class LogTap;
        std::string text_;
        Recording* outer_;
    };

private:
    Log& real_;
};

}  // namespace cedar::host::loader
