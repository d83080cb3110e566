#include "host/app/plugin_events.hpp"

#include "host/app/json_write.hpp"
#include "host/core/json.hpp"
#include "host/loader/plugin_ledger.hpp"

namespace cedar::host::app {

void PluginEvents::add(const std::string& event, const std::string& file, const std::string& text) {
    const std::lock_guard lock(mutex_);
    kept_.push_back({++last_, loader::iso_time(clock_.now().utc), event, file, text});
    if (kept_.size() > kKept) kept_.pop_front();
}

std::string PluginEvents::json() const {
    std::vector<std::string> items;
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : kept_) {
        items.push_back(json_object({{"seq", std::to_string(entry.seq)},
                                     {"at", json_string(entry.at)},
                                     {"event", json_string(entry.event)},
                                     {"file", json_string(entry.file)},
                                     {"text", json_string(entry.text)}}));
    }
    return json_array(items);
}

}  // namespace cedar::host::app
