#pragma once
#include "host/loader/library.hpp"
#include "host/ports/service.hpp"
#include "host/runtime/control_thread.hpp"
#include "host/runtime/idle_source.hpp"
#include "host/runtime/in_process_host.hpp"
#include "host/runtime/service_table.hpp"
#include "host/runtime/system_clock.hpp"
#include "host/worker/brief_poll.hpp"
#include "host/worker/descriptor.hpp"
#include "host/worker/messages.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace cedar::host::worker {

// Inside a worker process: the same runtime as the host's, with the socket in place of its callers. Messages are
// read by the component thread while it has nothing to run, so that an invocation is run by the thread that the
// message woke. Libraries are loaded on the first thread; nothing is read meanwhile, so that messages keep their
// order.
class WorkerSession final : public runtime::IdleSource {
public:
    WorkerSession(int socket, FrameBuffer received, const StartMessage& start);
    ~WorkerSession() override;

    // Loads what the host asks for; returns when the host has closed the socket and all is undone. Thread: the
    // first.
    void run();

    [[nodiscard]] bool wait(std::chrono::milliseconds limit) override;
    void interrupt() override;

    // For its parts. Thread: any. Blocking while the host does not read.
    void send(const std::string& frame);
    [[nodiscard]] Service::Cancel call(const ServiceCall& call, std::string_view service, Service::Done done);
    void invocation_ended(std::uint64_t id);

private:
    class Answers;
    class Lines;
    struct Scope;
    class Remote;
    struct Known {
        ComponentPtr component;  // null: it was refused
        std::string refusal;
    };

    [[nodiscard]] bool handle_received();
    void handle(const Frame& frame);
    void on_invoke(const Frame& frame);
    void on_cancel(const Frame& frame);
    void on_reply(const Frame& frame);
    void load(std::uint64_t plugin, const LoadMessage& message);
    void bring_up(const LoadMessage& message, LoadedMessage& out);
    void note_component(const std::string& id, Known known);
    [[noreturn]] static void give_up(const char* why);

    const int socket_;
    FrameBuffer received_;
    BriefPoll poll_;
    Descriptor interrupt_;
    std::mutex send_mutex_;

    std::mutex mutex_;  // for what follows; nothing is called under it
    std::condition_variable changed_;
    std::map<std::string, Known, std::less<>> components_;
    std::unordered_map<std::uint64_t, std::shared_ptr<Invoker>> running_;
    std::unordered_map<std::uint64_t, Service::Done> calls_;
    std::uint64_t last_call_ = 0;
    std::optional<std::pair<std::uint64_t, LoadMessage>> to_load_;
    bool ended_ = false;

    std::atomic<bool> loading_{false};
    std::shared_ptr<Answers> answers_;
    std::unique_ptr<Lines> log_;
    runtime::SystemClock clock_;
    runtime::ServiceTable services_;
    SchemaCache schemas_;
    std::vector<loader::Library> libraries_;  // before the host, whose threads use them
    runtime::ControlThread control_;
    runtime::InProcessHost host_;
};

}  // namespace cedar::host::worker
