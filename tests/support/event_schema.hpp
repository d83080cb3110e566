#pragma once
#include "host/core/schema.hpp"
#include "tests/support/source_tree.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cedar::host {

// The schema of events, read from host/core/events.schema.json once. Throws where it is not usable.
[[nodiscard]] inline const Schema& event_schema() {
    static const auto schema = [] {
        std::ifstream in(in_source_tree("host/core/events.schema.json"), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        auto compiled = Schema::compile(text);
        if (!compiled) throw std::runtime_error("events.schema.json: " + compiled.error().message);
        return *compiled;
    }();
    return *schema;
}

// EXPECT_TRUE(is_event(json)): says what is wrong with the event when something is.
[[nodiscard]] inline testing::AssertionResult is_event(std::string_view json) {
    const auto valid = event_schema().validate_text(json, {.max_bytes = 16 * 1024 * 1024});
    if (valid) return testing::AssertionSuccess();
    return testing::AssertionFailure() << valid.error().message << "\nin " << json;
}

}  // namespace cedar::host
