#pragma once
#include "host/app/component_set.hpp"

#include <string>
#include <string_view>

namespace cedar::host::app {

// The aggregator that configuration chose, as far as the set knows it.
struct AggregatorFacts {
    std::string id;
    bool present = false;   // there is such a component, and it is an aggregator
    bool uses_llm = false;  // it needs "llm.chat"
};
[[nodiscard]] AggregatorFacts aggregator_facts(const ComponentSet& set, std::string_view id);

// The body of GET /api/components and of `cedar components --json`:
// {"components":[{"id","version","role","summary",
// "tags","needs","execution","timeout_ms","plugin","input","output","config"}],
// "rejected":[{"file","state","reason","component"?}], "plugins":[… as loader::to_json …], "problems":[text],
// "aggregator":id, "aggregator_present", "aggregator_uses_llm"}. Thread: any.
[[nodiscard]] std::string components_json(const ComponentSet& set, std::string_view aggregator);
// The body of GET /api/plugins and of `cedar plugins --json`: {"plugins": [… as loader::to_json …], "problems":
// [text], "events": [… as PluginEvents::json …], "safe_mode": bool}, as it stands now. Thread: any.
[[nodiscard]] std::string plugins_json(const ComponentSet& set, bool safe_mode);
// plugins_json() for people: a table of files. Error invalid_argument: it is not such a body. Thread: any.
[[nodiscard]] Result<std::string> plugins_text(std::string_view plugins_json);
// The same for people: a table of components, then what was refused and why. Thread: any.
[[nodiscard]] std::string components_text(const ComponentSet& set, std::string_view aggregator);

}  // namespace cedar::host::app
