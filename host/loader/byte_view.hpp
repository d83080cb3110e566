#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace cedar::host::loader {

// Borrowed bytes of a foreign file. Every read is checked against the end, and no sum of foreign numbers can wrap.
class ByteView {
public:
    ByteView() = default;
    explicit ByteView(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    [[nodiscard]] bool holds(std::uint64_t offset, std::uint64_t count) const {
        return offset <= size() && count <= size() - offset;
    }

    // None when [offset, offset + count) is not inside.
    [[nodiscard]] std::optional<ByteView> slice(std::uint64_t offset, std::uint64_t count) const {
        if (!holds(offset, count)) return std::nullopt;
        return ByteView(bytes_.subspan(offset, count));
    }

    // A copy, so the bytes need no alignment. None when it is not wholly inside.
    template <class T>
    [[nodiscard]] std::optional<T> read(std::uint64_t offset) const {
        static_assert(std::is_trivially_copyable_v<T>);
        if (!holds(offset, sizeof(T))) return std::nullopt;
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof(T));
        return value;
    }

    // The NUL-terminated text at `offset`, without its NUL. None when there is no NUL within `max` bytes or the
    // end.
    [[nodiscard]] std::optional<std::string_view> text(std::uint64_t offset, std::size_t max = 4096) const {
        if (offset >= size()) return std::nullopt;
        const std::string_view rest = chars().substr(offset, max);
        const std::size_t end = rest.find('\0');
        if (end == std::string_view::npos) return std::nullopt;
        return rest.substr(0, end);
    }

    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    [[nodiscard]] std::string_view chars() const {
        return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
    }

private:
    std::span<const std::byte> bytes_;
};

}  // namespace cedar::host::loader
