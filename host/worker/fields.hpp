#pragma once
#include "host/worker/frame.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cedar::host::worker {

// The bodies of messages: numbers as they are in memory, texts and lists with their length before them. A message
// names its fields once (`template <class F> void fields(F& f) { f(a, b); }`), for both directions.
class FieldWriter {
public:
    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    [[nodiscard]] std::string& bytes() { return bytes_; }

private:
    template <class T>
    void put(const T& value) {
        if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
        } else {
            const_cast<T&>(value).fields(*this);  // `fields` is one function for both directions
        }
    }
    void put(const std::string& text) {
        put(static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put(static_cast<std::uint32_t>(values.size()));
        for (const T& value : values) put(value);
    }

    std::string bytes_;
};

// Reads what a FieldWriter wrote; foreign bytes may be anything. Whatever is wrong, it reads zeros from there on
// and whole() is false.
class FieldReader {
public:
    explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (get(values), ...);
    }
    // All was there and nothing is left over.
    [[nodiscard]] bool whole() const { return good_ && rest_.empty(); }

private:
    static constexpr std::uint32_t kMaxItems = 65536;  // of one list

    [[nodiscard]] std::string_view take(std::size_t size) {
        if (size > rest_.size()) {
            good_ = false;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    template <class T>
    void get(T& value) {
        if constexpr (std::is_same_v<T, bool>) {
            std::uint8_t byte = 0;
            get(byte);
            if (byte > 1) good_ = false;
            value = byte == 1;
        } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
            const std::string_view bytes = take(sizeof(T));
            value = T{};
            if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(T));
        } else {
            value.fields(*this);
        }
    }
    void get(std::string& text) {
        std::uint32_t size = 0;
        get(size);
        text = take(size);
    }
    template <class T>
    void get(std::vector<T>& values) {
        std::uint32_t count = 0;
        get(count);
        values.clear();
        // Each item takes a byte at least, so that a claimed count costs no more than what was sent.
        if (count > kMaxItems || count > rest_.size()) {
            good_ = false;
            return;
        }
        for (std::uint32_t i = 0; i < count && good_; ++i) get(values.emplace_back());
    }

    std::string_view rest_;
    bool good_ = true;
};

// A whole frame. `message` is not changed.
template <class Message>
[[nodiscard]] std::string encode(FrameType type, std::uint64_t id, const Message& message) {
    FieldWriter writer;
    writer(message);
    std::string frame = frame_header(type, id, writer.bytes().size());
    frame += writer.bytes();
    return frame;
}

// False: the body is not such a message.
template <class Message>
[[nodiscard]] bool decode(std::string_view body, Message& message) {
    FieldReader reader(body);
    reader(message);
    return reader.whole();
}

}  // namespace cedar::host::worker
