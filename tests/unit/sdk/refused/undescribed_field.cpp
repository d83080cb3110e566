#include <cedar/component.hpp>

struct Plain {
    int number = 0;
};
struct Text {
    Plain plain;
};
BOOST_DESCRIBE_STRUCT(Text, (), (plain))

Text echo(const Text& text) {
    return text;
}

CEDAR_PLUGIN(cedar::component<echo>{.id = "sample.echo", .version = "1.0.0", .summary = "Echoes."})
