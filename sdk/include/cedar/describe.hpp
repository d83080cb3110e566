#pragma once
#include <cedar/json.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace cedar {

// A bound of a field, whole or with up to six decimals.
struct Number {
    std::int64_t whole = 0;
    double real = 0;
    bool integral = true;

    template <std::integral T>
    constexpr Number(T value) : whole(static_cast<std::int64_t>(value)), real(static_cast<double>(value)) {}
    constexpr Number(double value) : real(value), integral(false) {}
};

// What a described field says beyond its type. Give it by CEDAR_ANNOTATE.
//
// `has_default`: the field may be absent and keeps what its struct initialises it with; otherwise a
// field that is not std::optional is required. Bounds are part of the schema and are checked
// when the value is read. Lengths count code points.
template <auto Member>
struct field {
    std::string_view description = {};
    std::optional<Number> minimum = {};
    std::optional<Number> maximum = {};
    std::optional<std::size_t> min_length = {};
    std::optional<std::size_t> max_length = {};
    std::optional<std::size_t> min_items = {};
    std::optional<std::size_t> max_items = {};
    std::string_view pattern = {};
    bool has_default = false;
};

namespace detail {

// A field's annotation without its name.
using Note = field<nullptr>;

template <class... Fields>
struct Notes : Fields... {};

template <auto Member>
constexpr Note note_of(const field<Member>* from) {
    return {from->description, from->minimum,   from->maximum, from->min_length, from->max_length,
            from->min_items,   from->max_items, from->pattern, from->has_default};
}
template <auto Member>
constexpr Note note_of(const void*) {
    return {};
}

template <class T>
concept Annotated = requires(const T* type) {
    cedar_annotations(type);
};

// The annotation of one member of T, empty when it has none.
template <class T, auto Member>
constexpr Note note() {
    if constexpr (Annotated<T>) {
        constexpr auto all = cedar_annotations(static_cast<const T*>(nullptr));
        return note_of<Member>(&all);
    } else {
        return {};
    }
}

template <class T, template <class...> class Of>
inline constexpr bool is_a = false;
template <template <class...> class Of, class... Args>
inline constexpr bool is_a<Of<Args...>, Of> = true;

template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;
template <class T>
inline constexpr bool is_text_map<std::unordered_map<std::string, T>> = true;

template <class T>
concept Optional = is_a<T, std::optional>;
template <class T>
concept List = is_a<T, std::vector>;
template <class T>
concept TextMap = is_text_map<T>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;
template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
using members_of =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <template <class...> class Any, class... Descriptors, class Visit>
constexpr void for_each_in(Any<Descriptors...>, Visit& visit) {
    (visit(Descriptors{}), ...);
}

// Calls `visit(descriptor)` for each public member, bases first.
template <class T, class Visit>
constexpr void for_each_member(Visit visit) {
    for_each_in(members_of<T>{}, visit);
}

// Calls `visit(descriptor)` for each enumerator.
template <class T, class Visit>
constexpr void for_each_enumerator(Visit visit) {
    for_each_in(boost::describe::describe_enumerators<T>{}, visit);
}

template <class T>
inline constexpr bool always_false = false;

}  // namespace detail

}  // namespace cedar

// Beside BOOST_DESCRIBE_STRUCT, in the struct's namespace:
//   CEDAR_ANNOTATE(Question, cedar::field<&Question::limit>{.description = "How many.", .minimum = 1, .has_default
//   = true})
#define CEDAR_ANNOTATE(Type, ...)                                    \
    [[maybe_unused]] constexpr auto cedar_annotations(const Type*) { \
        return ::cedar::detail::make_notes(__VA_ARGS__);             \
    }

namespace cedar::detail {
template <auto... Members>
constexpr Notes<field<Members>...> make_notes(field<Members>... notes) {
    return {notes...};
}
}  // namespace cedar::detail
