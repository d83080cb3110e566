#include <cedar/component.hpp>

#include <algorithm>

namespace acme {

struct Text {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Text, (), (text))

Text reverse(Text text) {
    std::reverse(text.text.begin(), text.text.end());
    return text;
}

}  // namespace acme

CEDAR_PLUGIN(cedar::component<acme::reverse>{
    .id = "acme.reverse", .version = "1.0.0", .summary = "Reverses a text.", .deterministic = true})
