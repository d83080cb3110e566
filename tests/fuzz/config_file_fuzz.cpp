#include "host/app/config_file.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"

#include <cstddef>
#include <cstdint>

// A configuration file: settings of known keys and objects for components, or one sentence that names the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cedar::host;
    const auto content = app::read_config_text({reinterpret_cast<const char*>(data), size}, "cedar.toml");
    if (!content) {
        CEDAR_CHECK(content.error().message.rfind("cedar.toml: ", 0) == 0);
        CEDAR_CHECK(content.error().message.find('\n') == std::string::npos);
        return 0;
    }
    for (const auto& setting : content->settings) CEDAR_CHECK(setting.key != nullptr);
    for (const auto& component : content->components) {
        const auto json = parse_json(component.json, {.max_bytes = 8 * size + 64, .max_depth = 512});
        CEDAR_CHECK(json && json->IsObject());
    }
    return 0;
}
