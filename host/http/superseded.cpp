#include "host/http/superseded.hpp"

#include <string_view>
#include <unordered_set>

namespace cedar::host::http {
namespace {

// As core writes it. Inside of a text the quotes would be escaped, so the first place that looks so is the field.
std::string_view component_of(const Event& event) {
    constexpr std::string_view name = "\"component\":\"";
    const std::string_view json = event.json;
    const auto at = json.find(name);
    if (at == std::string_view::npos) return {};
    const auto rest = json.substr(at + name.size());
    return rest.substr(0, rest.find('"'));
}

bool is_result(const Event& event) {
    return event.type == EventType::action &&
           event.json.find("\"function\":\"component_result\"") != std::string::npos;
}

}  // namespace

std::vector<bool> superseded(std::span<const EventPtr> events) {
    std::vector<bool> out(events.size());
    std::unordered_set<std::string_view> later;  // components of which something newer is known
    bool ended = false;
    for (std::size_t i = events.size(); i-- > 0;) {
        const Event& event = *events[i];
        ended = ended || event.terminal();
        if (event.type == EventType::token) out[i] = ended;
        if (event.type == EventType::progress) out[i] = !later.insert(component_of(event)).second || ended;
        if (is_result(event)) later.insert(component_of(event));
    }
    return out;
}

}  // namespace cedar::host::http
