#include "host/core/component.hpp"

#include <gtest/gtest.h>

namespace cedar::host {
namespace {

Manifest manifest() {
    Manifest made;
    made.id = "a.x";
    made.input_schema = made.output_schema = R"({"type":"object"})";
    return made;
}

TEST(Component, SharesEqualSchemas) {
    SchemaCache cache;
    const auto component = make_component(manifest(), nullptr, "x.so", cache);
    ASSERT_TRUE(component);
    EXPECT_EQ((*component)->input, (*component)->output);
    EXPECT_EQ((*component)->plugin_file, "x.so");
}

TEST(Component, NamesItselfWhenASchemaIsUnusable) {
    SchemaCache cache;
    auto broken = manifest();
    broken.output_schema = R"({"const":1})";
    const auto component = make_component(broken, nullptr, "x.so", cache);
    ASSERT_FALSE(component);
    EXPECT_EQ(component.error().message,
              "a.x: output: schema: /const: keyword \"const\" is not one of the supported subset");
}

}  // namespace
}  // namespace cedar::host
