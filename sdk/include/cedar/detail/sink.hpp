#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cedar::detail {

// Text made at compile time. Written twice: first without `out`, to learn the size.
struct Sink {
    char* out = nullptr;
    std::size_t size = 0;

    constexpr void put(char character) {
        if (out != nullptr) out[size] = character;
        ++size;
    }
    constexpr void put(std::string_view text) {
        for (const char character : text) put(character);
    }
    constexpr void put_number(std::uint64_t value) {
        char digits[20] = {};
        std::size_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
        while (count != 0) put(digits[--count]);
    }
    constexpr void put_number(std::int64_t value) {
        if (value < 0) put('-');
        put_number(value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                             : static_cast<std::uint64_t>(value));
    }
    // A JSON string with its quotes; the source is taken to be UTF-8.
    constexpr void put_string(std::string_view text) {
        put('"');
        for (const char character : text) put_escaped(character);
        put('"');
    }

private:
    constexpr void put_escaped(char character) {
        constexpr std::string_view hex = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            put('\\');
            put(character);
        } else if (byte < 0x20) {
            put("\\u00");
            put(hex[byte / 16]);
            put(hex[byte % 16]);
        } else {
            put(character);
        }
    }
};

// Runs `write(Sink&)` twice and keeps the text in an array of exactly its size.
template <class Write>
consteval auto bake() {
    constexpr std::size_t size = [] {
        Sink sink;
        Write{}(sink);
        return sink.size;
    }();
    std::array<char, size> text{};
    Sink sink{text.data()};
    Write{}(sink);
    return text;
}

}  // namespace cedar::detail
