#pragma once
#include <cedar/describe.hpp>
#include <cedar/detail/dom.hpp>
#include <cedar/detail/path.hpp>
#include <cedar/detail/utf8.hpp>

#include <utility>

namespace cedar::detail {

// What a value is, short, for an error message.
inline std::string got(const Dom& value) {
    constexpr std::size_t shown = 40;
    if (value.IsArray()) return "an array of " + std::to_string(value.Size());
    if (value.IsObject()) return "an object";
    if (!value.IsString()) return dom_text(value);
    const auto text = dom_string(value);
    const auto front = first_code_points(text, shown);
    std::string out;
    append_json_string(out, front);
    return front.size() < text.size() ? out + "…" : out;
}

[[noreturn]] inline void refuse(const Path& path, const std::string& expected, const std::string& came) {
    throw Error("invalid_argument", "expected " + expected + path.place() + ", got " + came);
}

inline std::string number_text(const Number& number) {
    if (number.integral) return std::to_string(number.whole);
    std::string text = std::to_string(number.real);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

template <class T>
bool below(T value, const Number& bound) {
    if constexpr (std::integral<T>) {
        if (bound.integral) return std::cmp_less(value, bound.whole);
    }
    return static_cast<double>(value) < bound.real;
}
template <class T>
bool above(T value, const Number& bound) {
    if constexpr (std::integral<T>) {
        if (bound.integral) return std::cmp_greater(value, bound.whole);
    }
    return static_cast<double>(value) > bound.real;
}

template <class T>
void check_bounds(T value, const Note& note, const Path& path, const Dom& from) {
    if (note.minimum && below(value, *note.minimum)) {
        refuse(path, "at least " + number_text(*note.minimum), got(from));
    }
    if (note.maximum && above(value, *note.maximum)) {
        refuse(path, "at most " + number_text(*note.maximum), got(from));
    }
}

inline void check_size(std::size_t size, std::optional<std::size_t> least, std::optional<std::size_t> most,
                       std::string_view unit, const Path& path) {
    const auto words = [&](std::size_t count) {
        return std::to_string(count) + " " + std::string(unit) + (count == 1 ? "" : "s");
    };
    if (least && size < *least) refuse(path, "at least " + words(*least), words(size));
    if (most && size > *most) refuse(path, "at most " + words(*most), words(size));
}

// Reads values by the description of their type. `strict` refuses unknown members.
class DomReader {
public:
    explicit DomReader(bool strict) : strict_(strict) {}

    template <class T>
    void read(const Dom& from, T& to, const Path& path, const Note& note = {}) const {
        if constexpr (Optional<T>) {
            if (from.IsNull()) return to.reset();
            read(from, to.emplace(), path, note);
        } else if constexpr (std::same_as<T, Nothing>) {
            if (strict_) read_members(from, to, path);
        } else if constexpr (std::same_as<T, Json>) {
            to = Json(dom_text(from));
        } else if constexpr (std::same_as<T, std::string>) {
            read_text(from, to, path, note);
        } else if constexpr (std::same_as<T, bool>) {
            if (!from.IsBool()) refuse(path, "true or false", got(from));
            to = from.GetBool();
        } else if constexpr (Integer<T>) {
            read_integer(from, to, path, note);
        } else if constexpr (std::floating_point<T>) {
            if (!from.IsNumber()) refuse(path, "a number", got(from));
            to = static_cast<T>(from.GetDouble());
            check_bounds(to, note, path, from);
        } else if constexpr (DescribedEnum<T>) {
            read_enum(from, to, path);
        } else if constexpr (List<T>) {
            read_list(from, to, path, note);
        } else if constexpr (TextMap<T>) {
            read_map(from, to, path);
        } else {
            static_assert(DescribedStruct<T>, "cedar: describe this type with BOOST_DESCRIBE_STRUCT");
            read_members(from, to, path);
        }
    }

private:
    static void read_text(const Dom& from, std::string& to, const Path& path, const Note& note) {
        if (!from.IsString()) refuse(path, "a string", got(from));
        to = dom_string(from);
        check_size(count_code_points(to), note.min_length, note.max_length, "character", path);
    }

    template <class T>
    static void read_integer(const Dom& from, T& to, const Path& path, const Note& note) {
        bool fits = false;
        if (from.IsInt64()) {
            fits = std::in_range<T>(from.GetInt64());
            if (fits) to = static_cast<T>(from.GetInt64());
        } else if (from.IsUint64()) {
            fits = std::in_range<T>(from.GetUint64());
            if (fits) to = static_cast<T>(from.GetUint64());
        }
        if (!fits) {
            const std::string bits = std::to_string(sizeof(T) * 8) + " bits";
            refuse(path, "a whole number of " + bits + (std::is_unsigned_v<T> ? ", not negative," : ""), got(from));
        }
        check_bounds(to, note, path, from);
    }

    template <class T>
    static void read_enum(const Dom& from, T& to, const Path& path) {
        bool found = false;
        std::string names;
        for_each_enumerator<T>([&](auto value) {
            names += (names.empty() ? "" : ", ") + std::string(value.name);
            if (found || !from.IsString() || dom_string(from) != value.name) return;
            to = value.value;
            found = true;
        });
        if (!found) refuse(path, "one of " + names, got(from));
    }

    template <class T>
    void read_list(const Dom& from, T& to, const Path& path, const Note& note) const {
        if (!from.IsArray()) refuse(path, "an array", got(from));
        check_size(from.Size(), note.min_items, note.max_items, "item", path);
        to.clear();
        to.reserve(from.Size());
        for (const auto& item : from.GetArray()) {
            typename T::value_type value{};
            read(item, value, Path{&path, {}, to.size(), true});
            to.push_back(std::move(value));
        }
    }

    template <class T>
    void read_map(const Dom& from, T& to, const Path& path) const {
        if (!from.IsObject()) refuse(path, "an object", got(from));
        to.clear();
        for (const auto& member : from.GetObject()) {
            const auto key = dom_string(member.name);
            read(member.value, to[std::string(key)], Path{&path, key});
        }
    }

    template <class T>
    void read_members(const Dom& from, T& to, const Path& path) const {
        if (!from.IsObject()) refuse(path, "an object", got(from));
        if (strict_) refuse_unknown<T>(from, path);
        if constexpr (!std::same_as<T, Nothing>) {
            for_each_member<T>([&](auto member) {
                read_member<decltype(member)::pointer>(from, to, Path{&path, member.name});
            });
        }
    }

    template <auto Member, class T>
    void read_member(const Dom& from, T& to, const Path& path) const {
        using Field = std::remove_cvref_t<decltype(to.*Member)>;
        constexpr Note about = note<T, Member>();
        const Dom* value = dom_member(from, path.key);
        if (value != nullptr) return read(*value, to.*Member, path, about);
        if (!Optional<Field> && !about.has_default) refuse(path, "a value", "nothing");
    }

    template <class T>
    static void refuse_unknown(const Dom& from, const Path& path) {
        for (const auto& member : from.GetObject()) {
            bool known = false;
            std::string names;
            if constexpr (!std::same_as<T, Nothing>) {
                for_each_member<T>([&](auto described) {
                    known = known || dom_string(member.name) == described.name;
                    names += (names.empty() ? "" : ", ") + std::string(described.name);
                });
            }
            if (!known) refuse(path, names.empty() ? "no member" : "only " + names, got(member.name));
        }
    }

    bool strict_;
};

}  // namespace cedar::detail
