#include "host/worker/worker_session.hpp"

#include "host/core/component.hpp"
#include "host/loader/file_bytes.hpp"
#include "host/loader/inspection.hpp"
#include "host/worker/session_parts.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace cedar::host::worker {

WorkerSession::WorkerSession(int socket, FrameBuffer received, const StartMessage& start)
    : socket_(socket),
      received_(std::move(received)),
      interrupt_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      answers_(std::make_shared<Answers>(*this)),
      log_(std::make_unique<Lines>(*this)),
      control_(clock_),
      host_(control_, services_, *log_, options_of(start, *this)) {
    for (const std::string& name : start.services) services_.add(std::make_shared<Remote>(*this, name));
}

WorkerSession::~WorkerSession() = default;

void WorkerSession::run() {
    for (;;) {
        std::pair<std::uint64_t, LoadMessage> next;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return ended_ || to_load_; });
            if (ended_) break;
            next = std::move(*to_load_);
            to_load_.reset();
        }
        load(next.first, next.second);
        loading_ = false;
        interrupt();
    }
    {
        const std::lock_guard lock(mutex_);
        components_.clear();
        running_.clear();
    }
    static_cast<void>(host_.stop(std::chrono::milliseconds(500)));
    libraries_.clear();
}

bool WorkerSession::wait(std::chrono::milliseconds limit) {
    if (handle_received()) return true;
    pollfd ready[2] = {{interrupt_.get(), POLLIN, 0}, {socket_, POLLIN, 0}};
    const bool listens = !loading_;
    const auto look = [&](int wait_for) { return ::poll(ready, listens ? 2 : 1, wait_for); };
    const int count = poll_.wait([&] { return look(0); }, [&] { return look(static_cast<int>(limit.count())); });
    if (count == 0) return false;
    if (ready[0].revents != 0) {
        eventfd_t ignored = 0;
        static_cast<void>(::eventfd_read(interrupt_.get(), &ignored));
    }
    if (!listens || ready[1].revents == 0) return true;
    if (received_.fill(socket_) == FrameBuffer::Filled::closed) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        loading_ = true;  // nothing more is read
        changed_.notify_all();
        return true;
    }
    static_cast<void>(handle_received());
    return true;
}

void WorkerSession::interrupt() {
    static_cast<void>(::eventfd_write(interrupt_.get(), 1));
}

bool WorkerSession::handle_received() {
    bool any = false;
    while (!loading_) {
        const auto frame = received_.next();
        if (!frame) break;
        any = true;
        handle(*frame);
    }
    if (!received_.broken().empty()) give_up(received_.broken().c_str());
    return any;
}

void WorkerSession::handle(const Frame& frame) {
    switch (frame.type) {
        case FrameType::invoke: return on_invoke(frame);
        case FrameType::cancel: return on_cancel(frame);
        case FrameType::reply: return on_reply(frame);
        case FrameType::load: {
            LoadMessage message;
            if (!decode(frame.body, message)) give_up("a broken load message");
            loading_ = true;
            const std::lock_guard lock(mutex_);
            to_load_.emplace(frame.id, std::move(message));
            changed_.notify_all();
            return;
        }
        default: give_up("a message that no host sends");
    }
}

void WorkerSession::on_invoke(const Frame& frame) {
    InvokeMessage message;
    if (!decode(frame.body, message)) give_up("a broken invoke message");
    StartInvocation start;
    std::string refusal = "there is no such component in this worker";
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = components_.find(message.component); found != components_.end()) {
            start.component = found->second.component;
            refusal = found->second.refusal;
        }
        if (start.component) running_.emplace(frame.id, start.component->invoker);
    }
    if (!start.component) return send(encode(FrameType::ended, frame.id, refused(refusal)));
    start.slot = frame.id;
    start.body = std::make_shared<const std::string>(std::move(message.body));
    start.deadline =
        SteadyTime(std::chrono::duration_cast<SteadyTime::duration>(std::chrono::nanoseconds(message.deadline_ns)));
    auto scope = std::make_shared<Scope>();
    scope->invocation = frame.id;
    const ComponentPtr component = start.component;
    component->invoker->start({&start, 1}, std::move(scope), answers_);
}

void WorkerSession::on_cancel(const Frame& frame) {
    std::shared_ptr<Invoker> invoker;
    {
        const std::lock_guard lock(mutex_);
        const auto found = running_.find(frame.id);
        if (found == running_.end()) return;
        invoker = found->second;
    }
    invoker->cancel(*answers_, frame.id);
}

void WorkerSession::on_reply(const Frame& frame) {
    ReplyMessage message;
    if (!decode(frame.body, message)) give_up("a broken reply message");
    Service::Done done;
    {
        const std::lock_guard lock(mutex_);
        const auto found = calls_.find(frame.id);
        if (found == calls_.end()) return;
        done = std::move(found->second);
        calls_.erase(found);
    }
    ServiceReply reply;
    reply.status = message.status;
    reply.body = std::move(message.body);
    done(std::move(reply));
}

void WorkerSession::invocation_ended(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    running_.erase(id);
}

Service::Cancel WorkerSession::call(const ServiceCall& call, std::string_view service, Service::Done done) {
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(mutex_);
        id = ++last_call_;
        calls_.emplace(id, std::move(done));
    }
    CallMessage message;
    message.invocation = static_cast<const Scope&>(*call.scope).invocation;
    message.service = service;
    message.body = call.body;
    send(encode(FrameType::call, id, message));
    return [this, id] { send(frame_header(FrameType::cancel_call, id, 0)); };
}

void WorkerSession::load(std::uint64_t plugin, const LoadMessage& message) {
    LoadedMessage out;
    bring_up(message, out);
    for (const ComponentMessage& component : message.components) {
        if (!out.failure.empty()) note_component(component.id, {nullptr, out.failure});
    }
    for (const auto& refusal : out.refusals) note_component(refusal.id, {nullptr, refusal.reason});
    send(encode(FrameType::loaded, plugin, out));
}

void WorkerSession::note_component(const std::string& id, Known known) {
    const std::lock_guard lock(mutex_);
    components_.insert_or_assign(id, std::move(known));
}

void WorkerSession::bring_up(const LoadMessage& message, LoadedMessage& out) {
    const auto mapped = loader::MappedFile::open(message.copy);
    const auto found = mapped ? loader::inspect(mapped->content()) : loader::Inspection{};
    if (!mapped || !found.acceptable()) {
        out.failure = mapped ? found.refusal : mapped.error().message;
        return;
    }
    auto library = loader::Library::load(message.copy);
    const Result<void> ready = library ? library->init(*host_.table()) : Result<void>(library.error());
    if (!ready) {
        out.failure = ready.error().message;
        return;
    }
    libraries_.push_back(std::move(*library));
    const cedar_entry& entry = libraries_.back().entry();
    for (const ComponentMessage& wanted : message.components) {
        const auto& all = found.manifest->components;
        const auto manifest = std::ranges::find(all, wanted.id, &Manifest::id);
        if (manifest == all.end()) continue;  // the host read the same manifest
        auto invoker = host_.make_invoker(entry, *manifest, wanted.config);
        if (!invoker) {
            const auto code = static_cast<std::uint32_t>(invoker.error().code);
            out.refusals.push_back({wanted.id, invoker.error().message, code});
            continue;
        }
        // Without schemas: the host checks what goes in and what comes out.
        Manifest bare = *manifest;
        bare.input_schema = bare.output_schema = "{}";
        auto component = make_component(std::move(bare), std::move(*invoker), {}, schemas_);
        if (component) note_component(wanted.id, {std::move(*component), {}});
    }
}

void WorkerSession::send(const std::string& frame) {
    const std::lock_guard lock(send_mutex_);
    std::string_view rest = frame;
    while (!rest.empty()) {
        const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;  // the host is gone; the reader sees it too
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void WorkerSession::give_up(const char* why) {
    const std::string line = std::string("cedar: a worker expected its host's next message, got ") + why + "\n";
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
    std::_Exit(3);
}

}  // namespace cedar::host::worker
