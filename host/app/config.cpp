#include "host/app/config.hpp"

#include "host/core/check.hpp"

namespace cedar::host::app {
namespace {

template <class T>
const T& value_as(const Config::Entry& entry) {
    const T* value = std::get_if<T>(&entry.value);
    CEDAR_CHECK(value != nullptr);
    return *value;
}

}  // namespace

Config::Config() {
    for (const Key& key : all_keys()) {
        auto value = parse_value(key, key.fallback);
        CEDAR_CHECK(value.has_value());
        entries_.emplace(key.name, Entry{std::move(*value), {}});
    }
}

const Config::Entry& Config::entry(std::string_view name) const {
    const auto found = entries_.find(name);
    CEDAR_CHECK(found != entries_.end());
    return found->second;
}

const std::string& Config::text(std::string_view name) const {
    return value_as<std::string>(entry(name));
}

std::filesystem::path Config::path(std::string_view name) const {
    return text(name);
}

std::int64_t Config::integer(std::string_view name) const {
    return value_as<std::int64_t>(entry(name));
}

std::size_t Config::size(std::string_view name) const {
    const std::int64_t value = integer(name);
    CEDAR_CHECK(value >= 0);
    return static_cast<std::size_t>(value);
}

std::chrono::milliseconds Config::milliseconds(std::string_view name) const {
    return std::chrono::milliseconds(integer(name));
}

bool Config::boolean(std::string_view name) const {
    return value_as<bool>(entry(name));
}

double Config::decimal(std::string_view name) const {
    const auto number = parse_decimal(text(name));
    CEDAR_CHECK(number.has_value());
    return *number;
}

const std::vector<std::string>& Config::list(std::string_view name) const {
    return value_as<std::vector<std::string>>(entry(name));
}

const std::string& Config::component(std::string_view id) const {
    static const std::string none;
    const auto found = components_.find(id);
    return found == components_.end() ? none : found->second.json;
}

void Config::set_component(std::string id, std::string json, Origin origin) {
    components_.insert_or_assign(std::move(id), ComponentEntry{std::move(json), std::move(origin)});
}

void Config::set(const Key& key, ConfigValue value, Origin origin) {
    CEDAR_CHECK(check_value(key, value).has_value());
    entries_.insert_or_assign(std::string(key.name), Entry{std::move(value), std::move(origin)});
}

}  // namespace cedar::host::app
