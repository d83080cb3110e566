#pragma once
#include "host/app/config.hpp"

#include <span>
#include <string>
#include <vector>

namespace cedar::host {
class Clock;
class Log;
}  // namespace cedar::host

namespace cedar::host::app {

class ComponentSet;

enum class Health { ok, skipped, warning, failed };

// One line of `cedar doctor`.
struct Finding {
    Health health = Health::ok;
    std::string subject;  // "key", "endpoint", "model main", "plugins", "data", "redis"
    std::string text;     // what was found; never a key
    std::string remedy;   // what to do about it; empty when nothing is to be done
};

// Each looks at one part. `model_needed`: whether the configured aggregator asks a model. Thread: any.
[[nodiscard]] Finding check_key(const Config& config, bool model_needed);
// Asks the endpoint for its models, at most `llm.connect_timeout_ms` and ten seconds more; nothing where there is
// no key or in test mode. One finding for the endpoint, one a role. Blocking.
[[nodiscard]] std::vector<Finding> check_endpoint(const Config& config);
[[nodiscard]] std::vector<Finding> check_plugins(const ComponentSet& components, const Config& config);
[[nodiscard]] Finding check_data_folder(const Config& config);
// Enters it and gives it one key, within two seconds. Blocking.
[[nodiscard]] Finding check_redis(const std::string& url);

// "ok      key       OPENAI_API_KEY in the environment", a remedy on the same line behind " – ".
[[nodiscard]] std::string findings_text(std::span<const Finding> findings);
// {"ok":bool,"checks":[{"health","subject","text","remedy"}]}
[[nodiscard]] std::string findings_json(std::span<const Finding> findings);
[[nodiscard]] bool all_well(std::span<const Finding> findings);  // none failed

}  // namespace cedar::host::app
