#include "host/app/config_key.hpp"

#include "host/app/config.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cedar::host::app {
namespace {

TEST(Key, NamesVariablesAndFlagsAreEachUsedOnce) {
    std::set<std::string> names, variables, flags;
    for (const Key& key : all_keys()) {
        EXPECT_TRUE(names.insert(std::string(key.name)).second) << key.name;
        EXPECT_TRUE(variables.insert(variable_of(key)).second) << variable_of(key);
        if (!key.legacy_env.empty()) {
            EXPECT_TRUE(variables.insert(std::string(key.legacy_env)).second);
        }
        if (!key.flag.empty()) {
            EXPECT_TRUE(flags.insert(std::string(key.flag)).second) << key.flag;
        }
    }
}

TEST(Key, EveryKeySaysWhatItIsFor) {
    for (const Key& key : all_keys()) EXPECT_FALSE(key.help.empty()) << key.name;
}

TEST(Key, EveryDefaultIsAValueOfItsKey) {
    for (const Key& key : all_keys()) EXPECT_TRUE(parse_value(key, key.fallback).has_value()) << key.name;
    const Config config;  // checks the same, fatally
    EXPECT_EQ(config.integer("server.port"), 8000);
}

TEST(Key, VariableIsDerivedFromTheNameUnlessItHasItsOwn) {
    EXPECT_EQ(variable_of(*find_key("run.timeout_ms")), "CEDAR_RUN_TIMEOUT_MS");
    EXPECT_EQ(variable_of(*find_key("server.port")), "CEDAR_PORT");
}

TEST(Key, NearestForgivesATypoAndAForgottenTable) {
    ASSERT_NE(nearest_key("run.timout_ms"), nullptr);
    EXPECT_EQ(nearest_key("run.timout_ms")->name, "run.timeout_ms");
    ASSERT_NE(nearest_key("port"), nullptr);
    EXPECT_EQ(nearest_key("port")->name, "server.port");
}

TEST(Key, NearestFindsNothingForSomethingElse) {
    EXPECT_EQ(nearest_key("completely_different_thing"), nullptr);
    EXPECT_EQ(nearest_key(std::string(10000, 'x')), nullptr);
}

}  // namespace
}  // namespace cedar::host::app
