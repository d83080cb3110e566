#pragma once
#include <cedar/context.hpp>

namespace cedar::detail {

// What a component's function takes and gives, and the class it belongs to (void for a plain function).
template <class C, bool Const, class R, class... Args>
struct Shape {
    using Class = C;
    using Return = R;
    using Arguments = std::tuple<Args...>;
    static constexpr bool shared = Const;  // may run concurrently with itself on one object
};

template <class R, class... Args>
Shape<void, true, R, Args...> shape(R (*)(Args...));
template <class C, class R, class... Args>
Shape<C, false, R, Args...> shape(R (C::*)(Args...));
template <class C, class R, class... Args>
Shape<C, true, R, Args...> shape(R (C::*)(Args...) const);

template <class T>
struct Answer {
    using Type = T;
};
template <class T>
struct Answer<Result<T>> {
    using Type = T;
};

template <class... Args>
struct Takes {
    static constexpr bool usable = false;
    using Input = Nothing;
};
template <>
struct Takes<> {
    static constexpr bool usable = true, context = false, input = false;
    using Input = Nothing;
};
template <>
struct Takes<Context&> {
    static constexpr bool usable = true, context = true, input = false;
    using Input = Nothing;
};
template <class T>
struct Takes<T> {
    static constexpr bool usable = true, context = false, input = true;
    using Input = std::remove_cvref_t<T>;
};
template <class T>
struct Takes<T, Context&> {
    static constexpr bool usable = true, context = true, input = true;
    using Input = std::remove_cvref_t<T>;
};

template <class Tuple>
struct TakesOf;
template <class... Args>
struct TakesOf<std::tuple<Args...>> : Takes<Args...> {};

template <class T>
concept Configured = requires {
    typename T::Config;
};

template <class T>
struct ConfigOf {
    using Type = Nothing;
};
template <Configured T>
struct ConfigOf<T> {
    using Type = typename T::Config;
};

// Everything that the SDK derives from the function of a component.
template <auto Run>
struct Signature {
    using Found = decltype(shape(Run));
    using Class = typename Found::Class;
    using Takes = TakesOf<typename Found::Arguments>;
    using Input = typename Takes::Input;
    using Output = typename Answer<std::remove_cvref_t<typename Found::Return>>::Type;
    using Config = typename ConfigOf<Class>::Type;
    static constexpr bool shared = Found::shared;
    static constexpr bool is_class = !std::is_void_v<Class>;
    static_assert(Takes::usable,
                  "cedar: a component takes (const Input&, cedar::Context&), either or none of them");
    static_assert(!std::is_void_v<Output>, "cedar: a component returns its output, or cedar::Result of it");
};

}  // namespace cedar::detail
