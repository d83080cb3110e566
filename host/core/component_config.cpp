#include "host/core/component_config.hpp"

#include "host/core/json.hpp"
#include "host/core/schema.hpp"

namespace cedar::host {
namespace {

Result<void> validate(const Manifest& manifest, std::string_view config_json) {
    const auto schema = Schema::compile(manifest.config_schema);
    if (!schema) return schema.error();
    return (*schema)->validate_text(config_json, JsonLimits{});
}

}  // namespace

Result<void> check_config(const Manifest& manifest, std::string_view config_json) {
    if (config_json.empty() || manifest.config_schema.empty()) return {};
    if (auto valid = validate(manifest, config_json); !valid) {
        Error error = valid.error();
        error.message = manifest.id + ": configuration: " + error.message;
        return error;
    }
    return {};
}

}  // namespace cedar::host
