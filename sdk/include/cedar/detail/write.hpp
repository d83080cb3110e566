#pragma once
#include <cedar/describe.hpp>
#include <cedar/detail/path.hpp>
#include <cedar/detail/utf8.hpp>
#include <cedar/error.hpp>

#include <charconv>
#include <cmath>

namespace cedar::detail {

// Writes values as JSON by the description of their type. An empty optional member is left out.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    template <class T>
    void write(const T& value, const Path& path) {
        if constexpr (Optional<T>) {
            value ? write(*value, path) : void(out_ += "null");
        } else if constexpr (std::same_as<T, Nothing>) {
            out_ += "{}";
        } else if constexpr (std::same_as<T, Json>) {
            out_ += value.text();
        } else if constexpr (std::convertible_to<const T&, std::string_view>) {
            write_text(value, path);
        } else if constexpr (std::same_as<T, bool>) {
            out_ += value ? "true" : "false";
        } else if constexpr (std::is_arithmetic_v<T>) {
            write_number(value, path);
        } else if constexpr (DescribedEnum<T>) {
            write_enum(value, path);
        } else if constexpr (List<T>) {
            write_list(value, path);
        } else if constexpr (TextMap<T>) {
            write_map(value, path);
        } else {
            static_assert(DescribedStruct<T>, "cedar: describe this type with BOOST_DESCRIBE_STRUCT");
            write_members(value, path);
        }
    }

private:
    [[noreturn]] static void refuse(const Path& path, const std::string& what) {
        throw Error("invalid_output", "expected " + what + path.place());
    }

    void write_text(std::string_view text, const Path& path) {
        if (!is_utf8(text)) refuse(path, "UTF-8, got other bytes");
        append_json_string(out_, text);
    }

    template <class T>
    void write_number(T value, const Path& path) {
        if constexpr (std::floating_point<T>) {
            if (!std::isfinite(value)) refuse(path, "a finite number, got infinity or not-a-number");
        }
        char digits[64];
        const auto end = std::to_chars(digits, digits + sizeof digits, value);
        out_.append(digits, end.ptr);
    }

    template <class T>
    void write_enum(T value, const Path& path) {
        std::string_view name;
        for_each_enumerator<T>([&](auto known) {
            if (name.empty() && known.value == value) name = known.name;
        });
        if (name.empty()) refuse(path, "a described enumerator, got another value");
        append_json_string(out_, name);
    }

    template <class T>
    void write_list(const T& list, const Path& path) {
        out_ += '[';
        for (std::size_t index = 0; index < list.size(); ++index) {
            if (index != 0) out_ += ',';
            const typename T::value_type& item = list[index];
            write(item, Path{&path, {}, index, true});
        }
        out_ += ']';
    }

    template <class T>
    void write_map(const T& map, const Path& path) {
        bool first = true;
        out_ += '{';
        for (const auto& [key, value] : map) {
            write_key(key, first, path);
            write(value, Path{&path, key});
        }
        out_ += '}';
    }

    template <class T>
    void write_members(const T& value, const Path& path) {
        bool first = true;
        out_ += '{';
        for_each_member<T>([&](auto member) {
            const auto& field = value.*member.pointer;
            if constexpr (Optional<std::remove_cvref_t<decltype(field)>>) {
                if (!field) return;
            }
            write_key(member.name, first, path);
            write(field, Path{&path, member.name});
        });
        out_ += '}';
    }

    void write_key(std::string_view key, bool& first, const Path& path) {
        if (!first) out_ += ',';
        first = false;
        write_text(key, path);
        out_ += ':';
    }

    std::string& out_;
};

}  // namespace cedar::detail
