#pragma once
#include "host/core/json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// Reads the fields of one JSON object of a manifest, each by name, and remembers the first thing that is wrong with
// its place ("components[0].timeout_ms"). Every getter is a no-op once something is wrong. Private to core.
class ManifestReader {
public:
    struct Problems {
        std::optional<Error> error;
        std::vector<std::string> warnings;
    };

    // `place` is empty for the top object. `object` and `problems` outlive the reader.
    ManifestReader(const JsonValue& object, std::string place, Problems& problems);

    [[nodiscard]] bool ok() const { return !problems_.error; }
    void fail(std::string_view key, const std::string& sentence);  // "expected …, got …"

    // nullptr when absent; a required one that is absent is an error.
    [[nodiscard]] const JsonValue* get(std::string_view key);
    [[nodiscard]] const JsonValue* require(std::string_view key, std::string_view expected);

    void text(std::string_view key, std::string& out, std::size_t max_bytes);
    void texts(std::string_view key, std::vector<std::string>& out, std::size_t max_count);
    void flag(std::string_view key, bool& out);
    void integer(std::string_view key, std::uint32_t& out, std::uint32_t min, std::uint32_t max);

    // One warning for each key that no getter was asked for.
    void warn_unknown();
    [[nodiscard]] std::string place_of(std::string_view key) const;

private:
    const JsonValue& object_;
    std::string place_;
    Problems& problems_;
    std::vector<std::string_view> known_;
};

// A value for a message: short JSON, or what kind of thing it is.
[[nodiscard]] std::string shown(const JsonValue& value);

}  // namespace cedar::host
