// The smallest component in C++: a described struct in, a described struct out.
#include <cedar/component.hpp>

struct Request {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Request, (), (text))

struct Greeting {
    std::string greeting;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (greeting))

Greeting greet(const Request& request) {
    return {"Hello, " + request.text + "!"};
}

CEDAR_PLUGIN(cedar::component<greet>{.id = "sample.greet", .version = "1.0.0", .summary = "Greets by name."})
