#pragma once
#include "host/core/check.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace cedar::host {

// std::function for callables that own something: up to `kInside` bytes they lie inside the object, so that a
// shared pointer and an index cost no memory of their own. Copyable, empty when made of nothing or of an empty
// function; to call an empty one is a programmer's mistake. Thread: as what it holds.
template <class Result, class... Args>
class HeldFunction {
public:
    static constexpr std::size_t kInside = 40;

    HeldFunction() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): as std::function
    HeldFunction(std::nullptr_t) {}
    template <class Callable>
    requires(!std::is_same_v<std::remove_cvref_t<Callable>, HeldFunction> &&
             std::is_invocable_r_v<Result, std::decay_t<Callable>&, Args...>)
        // NOLINTNEXTLINE(google-explicit-constructor,bugprone-forwarding-reference-overload): as std::function
        HeldFunction(Callable&& callable) {
        using Held = std::decay_t<Callable>;
        if constexpr (std::is_assignable_v<Held&, std::nullptr_t>) {
            if (callable == nullptr) return;
        }
        if constexpr (kFits<Held>) {
            std::construct_at(static_cast<Held*>(place()), std::forward<Callable>(callable));
            operations_ = &kOperations<Held>;
        } else {
            using Apart = Outside<Held>;
            static_assert(kFits<Apart>);
            std::construct_at(static_cast<Apart*>(place()),
                              std::make_unique<Held>(std::forward<Callable>(callable)));
            operations_ = &kOperations<Apart>;
        }
    }
    HeldFunction(const HeldFunction& other) : operations_(other.operations_) {
        if (operations_ != nullptr) operations_->copy(other.place_, place_);
    }
    HeldFunction(HeldFunction&& other) noexcept : operations_(std::exchange(other.operations_, nullptr)) {
        if (operations_ != nullptr) operations_->move(other.place_, place_);
    }
    HeldFunction& operator=(const HeldFunction& other) {
        if (this != &other) *this = HeldFunction(other);
        return *this;
    }
    HeldFunction& operator=(HeldFunction&& other) noexcept {
        if (this == &other) return *this;
        reset();
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_ != nullptr) operations_->move(other.place_, place_);
        return *this;
    }
    ~HeldFunction() { reset(); }

    Result operator()(Args... args) const {
        CEDAR_CHECK(operations_ != nullptr);
        return operations_->call(place_, std::forward<Args>(args)...);
    }
    explicit operator bool() const { return operations_ != nullptr; }
    bool operator==(std::nullptr_t) const { return operations_ == nullptr; }

private:
    struct Operations {
        Result (*call)(void*, Args&&...);
        void (*copy)(const void* from, void* to);
        void (*move)(void* from, void* to) noexcept;  // and ends the life of what was there
        void (*destroy)(void*) noexcept;
    };

    // What is too large lies elsewhere.
    template <class Held>
    struct Outside {
        std::unique_ptr<Held> held;

        explicit Outside(std::unique_ptr<Held> one) : held(std::move(one)) {}
        Outside(const Outside& other) : held(std::make_unique<Held>(*other.held)) {}
        Outside(Outside&& other) noexcept = default;
        Outside& operator=(const Outside&) = delete;
        Outside& operator=(Outside&&) = delete;
        ~Outside() = default;
        Result operator()(Args... args) { return std::invoke(*held, std::forward<Args>(args)...); }
    };

    template <class Held>
    static constexpr bool kFits = sizeof(Held) <= kInside &&
                                  alignof(Held) <= alignof(void*) && std::is_nothrow_move_constructible_v<Held>;

    template <class Held>
    static Result call_held(void* at, Args&&... args) {
        if constexpr (std::is_void_v<Result>) {
            std::invoke(*static_cast<Held*>(at), std::forward<Args>(args)...);
        } else {
            return std::invoke(*static_cast<Held*>(at), std::forward<Args>(args)...);
        }
    }
    template <class Held>
    static void copy_held(const void* from, void* to) {
        std::construct_at(static_cast<Held*>(to), *static_cast<const Held*>(from));
    }
    template <class Held>
    static void move_held(void* from, void* to) noexcept {
        std::construct_at(static_cast<Held*>(to), std::move(*static_cast<Held*>(from)));
        std::destroy_at(static_cast<Held*>(from));
    }
    template <class Held>
    static void destroy_held(void* at) noexcept {
        std::destroy_at(static_cast<Held*>(at));
    }
    template <class Held>
    static constexpr Operations kOperations{call_held<Held>, copy_held<Held>, move_held<Held>, destroy_held<Held>};

    void reset() {
        if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(place_);
    }

    void* place() const { return place_; }

    const Operations* operations_ = nullptr;
    alignas(void*) mutable std::byte place_[kInside];
};

// As one writes it: SmallFunction<void(std::string)>.
template <class Signature>
struct SmallFunctionOf;
template <class Result, class... Args>
struct SmallFunctionOf<Result(Args...)> {
    using Type = HeldFunction<Result, Args...>;
};
template <class Signature>
using SmallFunction = typename SmallFunctionOf<Signature>::Type;

}  // namespace cedar::host
