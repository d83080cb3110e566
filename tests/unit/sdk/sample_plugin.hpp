#pragma once
#include <cedar/component.hpp>

// A plugin of several components, each of which does one thing that the tests look at.
namespace sample {

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

struct Number {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (number))

Text echo(const Text& text);
Number nothing_in();
Text throws(const Text& what);
cedar::Result<Text> returns_result(const Text& what);
Text bad_bytes(const Text&);
Text searches(const Text& query, cedar::Context& context);
Text catches_and_calls(const Text& query, cedar::Context& context);
Text many(const Number& count, cedar::Context& context);
Text both(cedar::Context& context);
Number remaining_ms(cedar::Context& context);
Text talks(const Text& text, cedar::Context& context);

class Counter {
public:
    struct Config {
        std::int64_t start = 0;
        std::optional<std::string> name;
    };

    explicit Counter(const Config& config);
    Number count(const Number& step);
    void cancel(cedar_invocation invocation) { cancelled = invocation; }

    inline static cedar_invocation cancelled{};
    inline static int alive = 0;
    ~Counter() { --alive; }
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

private:
    std::int64_t value_;
};
BOOST_DESCRIBE_STRUCT(Counter::Config, (), (start, name))
CEDAR_ANNOTATE(Counter::Config, cedar::field<&Counter::Config::start>{.minimum = 0, .has_default = true})

struct BadCancel {
    Number run() { return {1}; }
    void cancel() { throw 1; }
};

}  // namespace sample
