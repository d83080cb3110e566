#include <cedar/component.hpp>

namespace acme {

struct Line {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Line, (), (text))

Line ask(const Line& line, cedar::Context& context) {
    return {context.llm({{"user", line.text}}, {.model = "fast"}).text};
}

}  // namespace acme

CEDAR_PLUGIN(cedar::component<acme::ask>{
    .id = "acme.ask", .version = "1.0.0", .summary = "Asks a model.", .needs = {"llm.chat"}})
