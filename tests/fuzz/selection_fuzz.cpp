#include "host/core/selection.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>

namespace {

using namespace cedar::host;

constexpr std::size_t kMost = 2;

ComponentPtr make(std::string id, Role role) {
    static SchemaCache schemas;
    Manifest manifest;
    manifest.id = std::move(id);
    manifest.role = role;
    manifest.input_schema = manifest.output_schema = manifest.config_schema = "{}";
    return *make_component(std::move(manifest), nullptr, "x.so", schemas);
}

const Selector& selector() {
    static const Selector made(
        std::make_shared<const Registry>(std::vector{make("a.a", Role::component), make("a.b", Role::component),
                                                     make("a.c", Role::component), make("g.g", Role::aggregator)}),
        SelectorLimits{.top_k = 1, .max_candidates = kMost});
    return made;
}

}  // namespace

// What a selector answers: components that there are, each once, no more than allowed but for what is required.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::array<std::string, 1> required{"a.c"};
    const auto chosen = verify_selection({reinterpret_cast<const char*>(data), size}, selector(), required, "s.s");
    if (!chosen) {
        CEDAR_CHECK(!chosen.error().message.empty() && check_json(json_string(chosen.error().message)));
        return 0;
    }
    CEDAR_CHECK(chosen->size() <= kMost + 1);
    std::set<std::string> ids;
    for (const auto& candidate : *chosen) {
        CEDAR_CHECK(candidate.component->manifest.role == Role::component);
        CEDAR_CHECK(ids.insert(candidate.component->manifest.id).second);
        CEDAR_CHECK(!candidate.reason.empty() && to_utf8(candidate.reason) == candidate.reason);
    }
    CEDAR_CHECK(ids.count("a.c") == 1);
    return 0;
}
