#include <cedar/component.hpp>

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

CEDAR_ANNOTATE(Text, cedar::field<&Text::text>{.minimum = 1})

Text echo(const Text& text) {
    return text;
}

CEDAR_PLUGIN(cedar::component<echo>{.id = "sample.echo", .version = "1.0.0", .summary = "Echoes."})
