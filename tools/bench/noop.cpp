// A component that does nearly nothing, as the C++ SDK makes it, in a library of its own.
#include <cedar/component.hpp>

#include <string>

struct Request {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Request, (), (text))

struct Length {
    int value = 0;
};
BOOST_DESCRIBE_STRUCT(Length, (), (value))

Length measure(const Request& request) {
    return {static_cast<int>(request.text.size())};
}

CEDAR_PLUGIN(cedar::component<measure>{
    .id = "bench.noop0000", .version = "1.0.0", .summary = "Counts octets, and nothing more."})
