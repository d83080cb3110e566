#include "host/app/local_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <utility>

namespace cedar::host::app {
namespace {

namespace net = boost::asio;
using Protocol = net::local::stream_protocol;

constexpr std::chrono::milliseconds kAcceptAgain{100};
constexpr std::size_t kAnswerMax = std::size_t{64} << 20;

// The folder, opened: the address of a socket has room for 107 octets, and a folder's path may be longer.
class Folder {
public:
    explicit Folder(const std::filesystem::path& path)
        : descriptor_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}
    ~Folder() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] Protocol::endpoint socket() const {
        return "/proc/self/fd/" + std::to_string(descriptor_) + "/" + std::string(LocalSocket::kName);
    }

private:
    const int descriptor_;
};

// One question, one answer.
class Session : public std::enable_shared_from_this<Session> {
public:
    Session(Protocol::socket socket, const LocalSocket::Answer& answer,
            std::shared_ptr<std::atomic<std::size_t>> open)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), answer_(answer), open_(std::move(open)) {}
    ~Session() { --*open_; }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start() {
        timer_.expires_after(LocalSocket::kTimeLimit);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            boost::system::error_code ignored;  // it is closed either way
            if (!error) self->socket_.close(ignored);
        });
        net::async_read_until(socket_, net::dynamic_buffer(text_, LocalSocket::kQuestionMax), '\n',
                              [self = shared_from_this()](boost::system::error_code error, std::size_t length) {
                                  error ? self->end() : self->answer(length);
                              });
    }

private:
    void answer(std::size_t length) {
        auto found = answer_(std::string_view(text_).substr(0, length - 1));
        if (!found) return end();
        text_ = std::move(*found);
        net::async_write(socket_, net::buffer(text_),
                         [self = shared_from_this()](boost::system::error_code, std::size_t) { self->end(); });
    }
    void end() {
        timer_.cancel();
        boost::system::error_code ignored;  // the other side may be gone
        socket_.close(ignored);
    }

    Protocol::socket socket_;
    net::steady_timer timer_;
    std::string text_;
    const LocalSocket::Answer& answer_;
    const std::shared_ptr<std::atomic<std::size_t>> open_;
};

bool somebody_answers(const Protocol::endpoint& at) {
    net::io_context io;
    Protocol::socket socket(io);
    boost::system::error_code error;
    socket.connect(at, error);
    return !error;
}

}  // namespace

struct LocalSocket::Impl : std::enable_shared_from_this<Impl> {
    Impl(net::io_context& io, std::filesystem::path path, Answer the_answer)
        : acceptor(net::make_strand(io)), file(std::move(path)), answer(std::move(the_answer)) {}

    void accept() {
        acceptor.async_accept(
            net::make_strand(acceptor.get_executor()),
            [self = shared_from_this()](boost::system::error_code error, Protocol::socket socket) {
                if (error == net::error::operation_aborted) return;
                if (error) return self->accept_later();
                self->take(std::move(socket));
                self->accept();
            });
    }
    void take(Protocol::socket socket) {
        if (open->fetch_add(1) < kSessionsMax) {
            std::make_shared<Session>(std::move(socket), answer, open)->start();
        } else {
            --*open;
        }
    }
    // Such as while there are no descriptors left.
    void accept_later() {
        timer.expires_after(kAcceptAgain);
        timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->accept();
        });
    }

    Protocol::acceptor acceptor;
    net::steady_timer timer{acceptor.get_executor()};
    const std::filesystem::path file;
    const Answer answer;
    const std::shared_ptr<std::atomic<std::size_t>> open = std::make_shared<std::atomic<std::size_t>>(0);
};

Result<std::unique_ptr<LocalSocket>> LocalSocket::open(net::io_context& io, const std::filesystem::path& data_dir,
                                                       Answer answer) {
    const Folder folder(data_dir);
    const auto at = folder.socket();
    auto impl = std::make_shared<Impl>(io, data_dir / kName, std::move(answer));
    const std::string name = impl->file.string();
    if (somebody_answers(at)) return Error{ErrorCode::already_exists, name + ": another host answers here", {}};
    std::error_code gone;  // mostly there is none
    std::filesystem::remove(impl->file, gone);
    boost::system::error_code error;
    impl->acceptor.open(Protocol(), error);
    if (!error) impl->acceptor.bind(at, error);
    if (!error && ::chmod(impl->file.c_str(), S_IRUSR | S_IWUSR) != 0) {
        error.assign(errno, boost::system::system_category());
    }
    if (!error) impl->acceptor.listen(kSessionsMax, error);
    if (error) return Error{ErrorCode::io, name + ": no socket can be made here", error.message()};
    impl->accept();
    return std::unique_ptr<LocalSocket>(new LocalSocket(std::move(impl)));
}

LocalSocket::~LocalSocket() {
    std::error_code gone;  // somebody may have removed the folder
    std::filesystem::remove(impl_->file, gone);
    boost::system::error_code ignored;  // it is closed either way
    impl_->acceptor.close(ignored);
}

std::optional<std::string> ask_host(const std::filesystem::path& data_dir, std::string_view question) {
    const Folder folder(data_dir);
    net::io_context io;
    Protocol::socket socket(io);
    std::string out = std::string(question) + "\n", in;
    bool whole = false;
    socket.async_connect(folder.socket(), [&](boost::system::error_code error) {
        if (error) return;
        net::async_write(socket, net::buffer(out), [&](boost::system::error_code failed, std::size_t) {
            if (failed) return;
            net::async_read(socket, net::dynamic_buffer(in, kAnswerMax),
                            [&](boost::system::error_code end, std::size_t) { whole = end == net::error::eof; });
        });
    });
    io.run_for(LocalSocket::kTimeLimit);
    if (!whole || in.empty()) return std::nullopt;
    return in;
}

}  // namespace cedar::host::app
