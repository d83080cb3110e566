#pragma once
#include "host/core/brief_lock.hpp"
#include "host/ports/invoker.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cedar::host::runtime {

// What the invocations of one run told, until the control thread takes it: many threads write, one reads, in
// batches. The reader is called once for each time that the inbox stops being empty. Bounded: each slot ends once
// and is given up once; of emissions so many are kept at a time, what is beyond is counted and dropped. Thread:
// any.
class RunInbox final : public InvocationObserver {
public:
    static constexpr std::size_t kEmissionsMax = 4096;

    // With constructors, so that they are made where they stay: a result is large to move.
    struct Ended {
        Ended(std::size_t of, ComponentResult&& what) : slot(of), result(std::move(what)) {}
        std::size_t slot;
        ComponentResult result;
    };
    struct Emitted {
        Emitted(std::size_t of, EmitKind what, std::string&& text) : slot(of), kind(what), json(std::move(text)) {}
        std::size_t slot;
        EmitKind kind;
        std::string json;
    };
    struct GaveUp {
        GaveUp(std::size_t of, GivenUp what, std::string&& text) : slot(of), how(what), why(std::move(text)) {}
        std::size_t slot;
        GivenUp how;
        std::string why;
    };
    using Item = std::variant<Ended, Emitted, GaveUp>;

    explicit RunInbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    void on_ended(std::size_t slot, ComponentResult result) override {
        put([&](std::vector<Item>& items) {
            items.emplace_back(std::in_place_type<Ended>, slot, std::move(result));
        });
    }
    void on_emitted(std::size_t slot, EmitKind kind, std::string json) override {
        put([&](std::vector<Item>& items) {
            if (emissions_ >= kEmissionsMax) {
                ++dropped_;
                return;
            }
            ++emissions_;
            items.emplace_back(std::in_place_type<Emitted>, slot, kind, std::move(json));
        });
    }

    void on_given_up(std::size_t slot, GivenUp how, std::string why) override {
        put([&](std::vector<Item>& items) {
            items.emplace_back(std::in_place_type<GaveUp>, slot, how, std::move(why));
        });
    }

    // `spare`: one taken before and done with, whose memory serves again.
    [[nodiscard]] std::vector<Item> take(std::vector<Item> spare = {}) {
        spare.clear();
        const std::lock_guard lock(mutex_);
        emissions_ = 0;
        return std::exchange(items_, std::move(spare));
    }
    [[nodiscard]] std::uint64_t dropped() const {
        const std::lock_guard lock(mutex_);
        return dropped_;
    }

private:
    template <class Put>
    void put(Put put_one) {
        bool first = false;
        {
            const auto lock = brief_lock(mutex_);
            const bool was_empty = items_.empty();
            put_one(items_);
            first = was_empty && !items_.empty();
        }
        if (first) wake_();
    }

    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::vector<Item> items_;
    std::size_t emissions_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace cedar::host::runtime
