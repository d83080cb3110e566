#pragma once
#include <cedar/describe.hpp>
#include <cedar/detail/sink.hpp>

#include <limits>

namespace cedar {
namespace detail {

constexpr void put_number(Sink& out, const Number& number) {
    if (number.integral) return out.put_number(number.whole);
    const double size = number.real < 0 ? -number.real : number.real;
    if (!(size < 1e12)) throw "cedar: a bound that is not whole must be below 1e12";
    auto micros = static_cast<std::uint64_t>(size * 1e6 + 0.5);
    if (number.real < 0) out.put('-');
    out.put_number(micros / 1000000);
    out.put('.');
    micros %= 1000000;
    std::uint64_t place = 100000;
    do {
        out.put(static_cast<char>('0' + micros / place));
        micros %= place;
        place /= 10;
    } while (micros != 0);
}

constexpr void put_type(Sink& out, std::string_view name, bool nullable) {
    out.put(nullable ? "\"type\":[" : "\"type\":");
    out.put_string(name);
    if (nullable) out.put(",\"null\"]");
}

template <class T>
constexpr void put_keyword(Sink& out, std::string_view keyword, const std::optional<T>& value) {
    if (!value) return;
    out.put(",\"");
    out.put(keyword);
    out.put("\":");
    if constexpr (std::same_as<T, Number>) {
        put_number(out, *value);
    } else {
        out.put_number(std::uint64_t{*value});
    }
}

// A bound on a field of another type would be ignored in silence: refuse it where it is written.
template <class T>
constexpr void check_note(const Note& note) {
    if ((note.minimum || note.maximum) && !std::is_arithmetic_v<T>) {
        throw "cedar: .minimum and .maximum are for numbers";
    }
    if ((note.min_length || note.max_length || !note.pattern.empty()) && !std::same_as<T, std::string>) {
        throw "cedar: .min_length, .max_length and .pattern are for std::string";
    }
    if ((note.min_items || note.max_items) && !List<T>)
        throw "cedar: .min_items and .max_items are for std::vector";
}

template <Integer T>
constexpr void put_integer(Sink& out, const Note& note, bool nullable) {
    put_type(out, "integer", nullable);
    std::optional<Number> minimum = note.minimum;
    std::optional<Number> maximum = note.maximum;
    if (!minimum && (sizeof(T) < 8 || std::is_unsigned_v<T>)) minimum = Number(std::numeric_limits<T>::min());
    if (!maximum && sizeof(T) < 8) maximum = Number(std::numeric_limits<T>::max());
    put_keyword(out, "minimum", minimum);
    put_keyword(out, "maximum", maximum);
}

template <DescribedEnum T>
constexpr void put_enum(Sink& out, bool nullable) {
    put_type(out, "string", nullable);
    out.put(",\"enum\":[");
    bool first = true;
    for_each_enumerator<T>([&](auto value) {
        if (!first) out.put(',');
        first = false;
        out.put_string(value.name);
    });
    out.put(nullable ? ",null]" : "]");
}

template <class T, class... Parents>
constexpr void put_schema(Sink& out, const Note& note, bool nullable);

template <DescribedStruct T>
constexpr void put_required(Sink& out) {
    bool any = false;
    for_each_member<T>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        if (Optional<Field> || note<T, decltype(member)::pointer>().has_default) return;
        out.put(any ? "," : ",\"required\":[");
        any = true;
        out.put_string(member.name);
    });
    if (any) out.put(']');
}

template <DescribedStruct T, class... Parents>
constexpr void put_struct(Sink& out, bool nullable) {
    static_assert(!(std::same_as<T, Parents> || ...),
                  "cedar: a struct that contains itself has no schema; use cedar::Json for the inner one");
    put_type(out, "object", nullable);
    out.put(",\"properties\":{");
    bool first = true;
    for_each_member<T>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        if (!first) out.put(',');
        first = false;
        out.put_string(member.name);
        out.put(':');
        put_schema<Field, T, Parents...>(out, note<T, decltype(member)::pointer>(), false);
    });
    out.put('}');
    put_required<T>(out);
}

template <class T, class... Parents>
constexpr void put_keywords(Sink& out, const Note& note, bool nullable) {
    if constexpr (std::same_as<T, std::string>) {
        put_type(out, "string", nullable);
        put_keyword(out, "minLength", note.min_length);
        put_keyword(out, "maxLength", note.max_length);
        if (!note.pattern.empty()) {
            out.put(",\"pattern\":");
            out.put_string(note.pattern);
        }
    } else if constexpr (std::same_as<T, bool>) {
        put_type(out, "boolean", nullable);
    } else if constexpr (Integer<T>) {
        put_integer<T>(out, note, nullable);
    } else if constexpr (std::floating_point<T>) {
        put_type(out, "number", nullable);
        put_keyword(out, "minimum", note.minimum);
        put_keyword(out, "maximum", note.maximum);
    } else if constexpr (DescribedEnum<T>) {
        put_enum<T>(out, nullable);
    } else if constexpr (List<T>) {
        put_type(out, "array", nullable);
        out.put(",\"items\":");
        put_schema<typename T::value_type, Parents...>(out, {}, false);
        put_keyword(out, "minItems", note.min_items);
        put_keyword(out, "maxItems", note.max_items);
    } else if constexpr (TextMap<T>) {
        put_type(out, "object", nullable);
        out.put(",\"additionalProperties\":");
        put_schema<typename T::mapped_type, Parents...>(out, {}, false);
    } else if constexpr (DescribedStruct<T>) {
        put_struct<T, Parents...>(out, nullable);
    } else {
        static_assert(
            always_false<T>,
            "cedar: a type without a schema; use std::string, bool, a number, std::optional, std::vector, "
            "std::map<std::string, T>, cedar::Json, or describe it with BOOST_DESCRIBE_STRUCT or "
            "BOOST_DESCRIBE_ENUM");
    }
}

template <class T, class... Parents>
constexpr void put_schema(Sink& out, const Note& note, bool nullable) {
    if constexpr (Optional<T>) {
        put_schema<typename T::value_type, Parents...>(out, note, true);
    } else {
        check_note<T>(note);
        out.put('{');
        if constexpr (std::same_as<T, Nothing>) {
            put_type(out, "object", nullable);
        } else if constexpr (!std::same_as<T, Json>) {
            put_keywords<T, Parents...>(out, note, nullable);
        }
        if (!note.description.empty()) {
            out.put(std::same_as<T, Json> ? "\"description\":" : ",\"description\":");
            out.put_string(note.description);
        }
        out.put('}');
    }
}

template <class T>
struct WriteSchema {
    constexpr void operator()(Sink& out) const { put_schema<T>(out, {}, false); }
};
template <class T>
inline constexpr auto schema_text = bake<WriteSchema<T>>();

}  // namespace detail

// The JSON Schema of T, made at compile time: type, properties, required, items, enum, bounds and
// descriptions. A field is required unless it is std::optional (then it may also be null) or has a default.
// Further properties are allowed. Thread: any.
template <class T>
[[nodiscard]] constexpr std::string_view schema_of() {
    return {detail::schema_text<T>.data(), detail::schema_text<T>.size()};
}

}  // namespace cedar
