// The smallest component in C++: a described struct in, a described struct out.
#include <cedar/component.hpp>

struct Name {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Name, (), (name))

struct Greeting {
    std::string greeting;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (greeting))

Greeting greet(const Name& name) {
    return {"Hello, " + name.name + "!"};
}

CEDAR_PLUGIN(cedar::component<greet>{.id = "sample.greet", .version = "1.0.0", .summary = "Greets by name."})
