#include "host/worker/probe_batch.hpp"

#include "host/core/json.hpp"
#include "host/worker/fields.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace cedar::host::worker {
namespace {

constexpr std::size_t kVerdictBytesMax = 1024 * 1024;
constexpr std::size_t kTailMax = 1024;

// A process that does not even read is found out by the clock.
void send_some(int socket, const std::string& frame) {
    static_cast<void>(::send(socket, frame.data(), frame.size(), MSG_NOSIGNAL));
}

loader::ProbeVerdict to_verdict(LoadedMessage message) {
    loader::ProbeVerdict verdict;
    if (!message.failure.empty()) {
        verdict.kind = loader::ProbeVerdict::Kind::rejected;
        verdict.reason = to_utf8(message.failure);
    }
    for (auto& refusal : message.refusals) {
        const bool known = refusal.code <= static_cast<std::uint32_t>(ErrorCode::internal);
        const auto code = known ? static_cast<ErrorCode>(refusal.code) : ErrorCode::internal;
        verdict.refusals.push_back({std::move(refusal.id), Error{code, to_utf8(refusal.reason), {}}});
    }
    return verdict;
}

std::string last_line(std::string_view text) {
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    if (const auto line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
    return text.empty() ? std::string() : ": " + to_utf8(text);
}

}  // namespace

ProbeBatch::ProbeBatch(Spawned spawned, const StartMessage& start, const Targets& targets,
                       std::deque<std::size_t> indexes, std::chrono::milliseconds time_limit)
    : spawned_(std::move(spawned)),
      received_(kVerdictBytesMax),
      left_(std::move(indexes)),
      time_limit_(time_limit),
      time_over_(std::chrono::steady_clock::now() + time_limit) {
    std::string frames = encode(FrameType::start, 0, start);
    for (const std::size_t index : left_) {
        LoadMessage message;
        const loader::ProbeTarget& target = targets.at(index);
        message.copy = target.copy;
        for (const auto& item : target.components) message.components.push_back({item.id, item.config});
        frames += encode(FrameType::probe, index, message);
    }
    send_some(socket(), frames);
}

std::vector<ProbeBatch::Found> ProbeBatch::take() {
    std::vector<Found> found;
    read_output();
    for (;;) {
        const auto filled = received_.fill(socket());
        while (const auto frame = received_.next()) {
            if (frame->type == FrameType::hello) continue;
            if (auto one = verdict_of(*frame)) {
                found.push_back(std::move(*one));
                time_over_ = std::chrono::steady_clock::now() + time_limit_;
            } else {
                end("sent nonsense");
            }
        }
        if (!over_ && !received_.broken().empty()) end("sent nonsense: " + received_.broken());
        if (!over_ && left_.empty()) end({});
        if (over_) return found;
        if (filled == FrameBuffer::Filled::closed) {
            const auto how = spawned_.process.reap(true);
            read_output();
            end((how ? to_words(*how) : std::string("is gone")) + last_line(tail_));
            return found;
        }
        if (filled == FrameBuffer::Filled::nothing) break;
    }
    if (std::chrono::steady_clock::now() >= time_over_) {
        end("did not come to an end within " + std::to_string(time_limit_.count()) + " ms");
    }
    return found;
}

std::optional<ProbeBatch::Found> ProbeBatch::verdict_of(const Frame& frame) {
    LoadedMessage message;
    if (frame.type != FrameType::verdict || left_.empty() || frame.id != left_.front()) return std::nullopt;
    if (!decode(frame.body, message)) return std::nullopt;
    left_.pop_front();
    first_ = false;
    return Found{frame.id, to_verdict(std::move(message))};
}

bool ProbeBatch::is_slow(std::chrono::milliseconds patience) const {
    return std::chrono::steady_clock::now() >= time_over_ - time_limit_ + patience;
}

std::deque<std::size_t> ProbeBatch::give_up_rest() {
    std::deque<std::size_t> rest(left_.begin() + 1, left_.end());
    left_.resize(1);
    return rest;
}

void ProbeBatch::read_output() {
    std::array<char, 4096> bytes{};
    while (output_open_) {
        const ssize_t got = ::read(output(), bytes.data(), bytes.size());
        if (got == 0) output_open_ = false;
        if (got <= 0) return;
        tail_.append(bytes.data(), static_cast<std::size_t>(got));
        if (tail_.size() > kTailMax) tail_.erase(0, tail_.size() - kTailMax);
    }
}

void ProbeBatch::end(std::string failure) {
    if (over_) return;
    over_ = true;
    failure_ = std::move(failure);
    spawned_.process.kill();
    static_cast<void>(spawned_.process.reap(true));
}

}  // namespace cedar::host::worker
