#include <cedar/component.hpp>

struct Tree {
    std::vector<Tree> children;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (children))

Tree echo(const Tree& tree) {
    return tree;
}

CEDAR_PLUGIN(cedar::component<echo>{.id = "sample.echo", .version = "1.0.0", .summary = "Echoes."})
