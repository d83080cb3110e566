#pragma once
#include "host/worker/frame.hpp"
#include "host/worker/spawner.hpp"
#include "host/worker/worker_loop.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace cedar::host::worker {

class WorkerLink;

// Told of one process, on the loop's thread.
class LinkOwner {
public:
    virtual ~LinkOwner() = default;
    // A whole message. The text of a complaint if no honest worker sends it: then the process is killed.
    [[nodiscard]] virtual std::string on_frame(WorkerLink& link, const Frame& frame) = 0;
    // What it wrote to standard output or error.
    virtual void on_output(std::string_view text) = 0;
    // It is gone and reaped; once, last. "was killed by SIGSEGV: cedar: component x was running when …"
    virtual void on_end(WorkerLink& link, const std::string& how) = 0;
};

// The host's end of one worker process: socket, output, life. Lock discipline: its mutex may be taken under the
// owner's, and nothing is called under it.
class WorkerLink final : public Watched, public std::enable_shared_from_this<WorkerLink> {
public:
    WorkerLink(WorkerLoop& loop, Spawned spawned, std::weak_ptr<LinkOwner> owner, std::size_t frame_bytes_max);

    // From here on it is watched; once, right after it was made. False: it could not be, and the process is killed.
    [[nodiscard]] bool open();

    // Queues and sends as much as goes. False: it is dying. A process that does not read is killed at `kUnsentMax`.
    // Thread: any.
    bool send(std::string_view frame);
    // Kills it, with this as the reason; the first counts. Its end is told as always. Thread: any.
    void kill(std::string reason);
    // Asks it to end by itself. Thread: any.
    void finish();
    [[nodiscard]] bool alive() const;
    [[nodiscard]] pid_t process_id() const { return process_id_; }

    void on_ready(int descriptor, bool readable, bool writable) override;

private:
    static constexpr std::size_t kUnsentMax = std::size_t{64} << 20;
    static constexpr std::size_t kTailMax = 1024;  // of its output, kept for the reason of its end

    [[nodiscard]] bool flush();  // with mutex_ held; false: the socket is broken
    [[nodiscard]] bool read_frames(unsigned turns);
    void read_output();
    void conclude();
    [[nodiscard]] std::string last_words() const;

    WorkerLoop& loop_;
    const std::weak_ptr<LinkOwner> owner_;
    const pid_t process_id_;
    const Descriptor socket_, output_;
    FrameBuffer received_;  // the loop's thread only, as is tail_
    std::string tail_;

    mutable std::mutex mutex_;
    ChildProcess process_;
    const int pidfd_;
    std::string unsent_;
    std::size_t sent_ = 0;  // of unsent_
    std::string reason_;
    bool dying_ = false;
};

}  // namespace cedar::host::worker
