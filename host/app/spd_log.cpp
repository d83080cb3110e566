#include "host/app/spd_log.hpp"

#include "host/app/log_line.hpp"

#include <poll.h>
#include <unistd.h>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <exception>
#include <string>
#include <thread>

namespace cedar::host::app {
namespace {

constexpr int kPatienceMs = 100;
// A pipe that poll() calls writable takes this much without blocking (PIPE_BUF).
constexpr std::size_t kPieceBytes = 4096;

// Lines that were lost: by the queue, and on the way out of it.
struct LossCounter {
    std::atomic<std::uint64_t> unwritten{0};
    std::atomic<spdlog::details::thread_pool*> pool{nullptr};

    std::uint64_t total() const {
        auto* queue = pool.load();
        return unwritten + (queue == nullptr ? 0 : queue->overrun_counter());
    }
};

// Writes to a descriptor that others share, so it must not be made non-blocking: asks first, in small pieces.
class DescriptorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    DescriptorSink(int descriptor, LossCounter& losses) : descriptor_(descriptor), losses_(losses) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const std::uint64_t lost = losses_.total();
        if (lost != told_ && put("log: " + std::to_string(lost - told_) + " lines were dropped\n")) told_ = lost;
        std::string line(message.payload.data(), message.payload.size());
        line += '\n';
        if (!put(line)) ++losses_.unwritten;
    }
    void flush_() override {}

    // False when the descriptor takes no more; a line that was cut is ended before the next one.
    bool put(std::string text) {
        if (torn_) text.insert(0, "\n");
        const std::size_t length = text.size();
        std::string_view rest = text;
        const bool whole = put_all(rest);
        if (rest.size() != length) torn_ = !whole;
        return whole;
    }

    bool put_all(std::string_view& text) {
        while (!text.empty()) {
            pollfd ready{descriptor_, POLLOUT, 0};
            const int polled = ::poll(&ready, 1, stalled_ ? 0 : kPatienceMs);
            if (polled < 0 && errno == EINTR) continue;
            if (polled != 1 || (ready.revents & POLLOUT) == 0) {
                stalled_ = true;
                return false;
            }
            stalled_ = false;
            const ssize_t count = ::write(descriptor_, text.data(), std::min(text.size(), kPieceBytes));
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    int descriptor_;
    LossCounter& losses_;
    std::uint64_t told_ = 0;
    bool stalled_ = false, torn_ = false;
};

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warn: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

struct SpdLog::Impl {
    LogOptions options;
    LossCounter losses;  // before the pool, whose thread counts here
    // Before the pool too: its thread has ended when the logger goes, so this side lets go of it last.
    std::shared_ptr<spdlog::async_logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;

    void open() {
        spdlog::sink_ptr sink;
        if (options.file.empty()) {
            sink = std::make_shared<DescriptorSink>(options.descriptor, losses);
        } else {
            sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file.string(),
                                                                          options.file_max_bytes, options.files);
        }
        pool = std::make_shared<spdlog::details::thread_pool>(options.queue, 1);
        losses.pool = pool.get();
        logger = std::make_shared<spdlog::async_logger>("cedar", std::move(sink), pool,
                                                        spdlog::async_overflow_policy::overrun_oldest);
        logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
        logger->set_level(to_spdlog(options.level));
        logger->flush_on(spdlog::level::info);
        logger->set_error_handler([this](const std::string&) { ++losses.unwritten; });
    }
};

Result<std::unique_ptr<SpdLog>> SpdLog::open(const LogOptions& options) {
    auto impl = std::make_unique<Impl>();
    impl->options = options;
    try {
        impl->open();
    } catch (const std::exception& error) {
        return Error{ErrorCode::io, "log file " + options.file.string() + ": cannot be opened", error.what()};
    }
    auto* made = new SpdLog(std::move(impl));  // tidy: allow raw-new (private constructor)
    return std::unique_ptr<SpdLog>(made);
}

SpdLog::SpdLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SpdLog::~SpdLog() = default;

void SpdLog::write(const LogRecord& record) {
    const auto level = to_spdlog(record.level);
    if (!impl_->logger->should_log(level)) return;
    try {
        const auto now = std::chrono::system_clock::now();
        const std::string line = impl_->options.json ? format_json(record, now) : format_text(record, now);
        impl_->logger->log(level, spdlog::string_view_t(line.data(), line.size()));
    } catch (const std::exception&) {
        ++impl_->losses.unwritten;  // a log that cannot be written must not stop the work
    }
}

void SpdLog::settle(std::chrono::milliseconds limit) const {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (impl_->pool->queue_size() > 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

std::uint64_t SpdLog::dropped() const {
    return impl_->losses.total();
}

}  // namespace cedar::host::app
