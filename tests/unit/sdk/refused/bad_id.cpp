#include <cedar/component.hpp>

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

Text echo(const Text& text) {
    return text;
}

CEDAR_PLUGIN(cedar::component<echo>{.id = "Echo", .version = "1.0.0", .summary = "Echoes."})
