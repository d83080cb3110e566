#include <cedar/component.hpp>

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

Text both(const Text& one, const Text&) {
    return one;
}

CEDAR_PLUGIN(cedar::component<both>{.id = "sample.both", .version = "1.0.0", .summary = "Joins."})
