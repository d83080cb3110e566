#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace cedar::host::http {

// One timer for the time limits of thousands of connections: a ring of slots, each a list of those to be called in
// its sixteen milliseconds. To wait, or to wait no more, costs the same however many wait. Thread: any.
class Wheel : public std::enable_shared_from_this<Wheel> {
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds step{16};
    static constexpr std::size_t slots = 1024;

    // Who waits. It is called on `executor`, as long as `owner`, of which it is a part, is there.
    class Seat {
    public:
        explicit Seat(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
        virtual ~Seat() = default;
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;

    protected:
        virtual void called() = 0;
        // Before the first wait, and once.
        void belong_to(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

    private:
        friend class Wheel;
        Seat *before_ = nullptr, *after_ = nullptr;  // under the wheel's mutex, as is the next
        std::uint64_t at_ = 0;                       // step; 0: not waiting
        std::weak_ptr<void> owner_;
        boost::asio::any_io_executor executor_;
    };

    explicit Wheel(boost::asio::io_context& io);

    // Calls at `when`, not before it, or earlier if it lies further ahead than the wheel goes round or the seat
    // waits for an earlier time already: then the seat asks again.
    void wait(Seat& seat, Time when);
    // Of a seat that ends; a call may be on its way.
    void leave(Seat& seat);
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Call {
        std::shared_ptr<void> owner;
        Seat* seat = nullptr;
    };

    [[nodiscard]] std::uint64_t step_of(Time when) const;
    void unlink(Seat& seat);
    void plan();
    void turn();
    void find_next();

    const Time start_ = std::chrono::steady_clock::now();
    boost::asio::strand<boost::asio::io_context::executor_type> strand_;
    boost::asio::steady_timer timer_;  // strand

    mutable std::mutex mutex_;
    std::array<Seat*, slots> rim_{};
    std::uint64_t now_ = 0;   // the last step that was called
    std::uint64_t next_ = 0;  // that the timer is set for; 0: for none
    std::size_t waiting_ = 0;
};

}  // namespace cedar::host::http
