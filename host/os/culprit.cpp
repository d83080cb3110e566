#include "host/os/culprit.hpp"

#include "host/core/json.hpp"

#include <utility>

namespace cedar::host::os {
namespace {

thread_local const Culprit* t_culprit = nullptr;
thread_local bool t_tells = false;

}  // namespace

Culprit::Culprit(std::string_view name, std::string_view sha256, std::string_view place)
    : text_("{\"name\":" + json_string(to_utf8(name)) + ",\"sha256\":" + json_string(to_utf8(sha256)) +
            ",\"place\":" + json_string(to_utf8(place))) {}

Culprit::Culprit(const std::filesystem::path& copy, std::string_view place)
    : Culprit(copy.filename().native(), copy.parent_path().filename().native(), place) {}

RunsCode::RunsCode(const Culprit& culprit) noexcept : before_(std::exchange(t_culprit, &culprit)) {
    t_tells = true;
}

RunsCode::~RunsCode() {
    t_culprit = before_;
}

void this_thread_tells() noexcept {
    t_tells = true;
}

const char* told_culprit() noexcept {
    return t_culprit != nullptr ? t_culprit->text() : nullptr;
}

bool this_thread_has_told() noexcept {
    return t_tells;
}

}  // namespace cedar::host::os
