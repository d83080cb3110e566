#pragma once
#include "host/app/config_value.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::app {

// Where a value came from. Later ones win.
enum class OriginKind { fallback, file, env_file, environment, flag };
struct Origin {
    OriginKind kind = OriginKind::fallback;
    std::string where;  // the file, the variable (and its file), the flag; empty for a default
};

// The effective configuration: every key of the table has a value. Asking for a key that is not in the table, or as
// another type, is a programmer's mistake. Immutable once loaded. Thread: any.
class Config {
public:
    struct Entry {
        ConfigValue value;
        Origin origin;
    };

    // All defaults.
    Config();

    [[nodiscard]] const std::string& text(std::string_view name) const;
    [[nodiscard]] std::filesystem::path path(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] std::size_t size(std::string_view name) const;  // an integer whose minimum is not negative
    [[nodiscard]] std::chrono::milliseconds milliseconds(std::string_view name) const;
    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] double decimal(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;

    [[nodiscard]] const Entry& entry(std::string_view name) const;
    [[nodiscard]] const Origin& origin(std::string_view name) const { return entry(name).origin; }
    // Whether somebody asked for it, in whatever way.
    [[nodiscard]] bool is_explicit(std::string_view name) const {
        return origin(name).kind != OriginKind::fallback;
    }

    // What the component of that id is created with: one JSON object, or empty for its defaults.
    [[nodiscard]] const std::string& component(std::string_view id) const;
    struct ComponentEntry {
        std::string json;
        Origin origin;
    };
    [[nodiscard]] const std::map<std::string, ComponentEntry, std::less<>>& components() const {
        return components_;
    }
    void set_component(std::string id, std::string json, Origin origin);

    // The key of the model's endpoint: no part of the table, as it is never shown, written or given by a flag.
    struct Secret {
        std::string value;  // empty: there is none
        Origin origin;
    };
    [[nodiscard]] const Secret& model_key() const { return model_key_; }
    void set_model_key(Secret key) { model_key_ = std::move(key); }
    // Models answer by rule; switched on by CEDAR_TEST_MODE or CEDARPY_TEST_MODE in the environment alone.
    [[nodiscard]] bool test_mode() const { return test_mode_; }
    void set_test_mode(bool on) { test_mode_ = on; }

    // Takes a checked value; for the loader and for tests.
    void set(const Key& key, ConfigValue value, Origin origin);

private:
    std::map<std::string, Entry, std::less<>> entries_;
    std::map<std::string, ComponentEntry, std::less<>> components_;
    Secret model_key_;
    bool test_mode_ = false;
};

}  // namespace cedar::host::app
