#pragma once
#include "host/loader/inspection.hpp"

#include <string>
#include <string_view>

namespace cedar::host::app {

// What `cedar inspect` prints, for people and as one JSON object: {"file","size","sha256","acceptable","refusal",
// "elf":{…}|null,"entry":{…}|null,"manifest":…|null,"warnings":[…]}. Thread: any.
[[nodiscard]] std::string inspection_text(std::string_view file, const loader::Inspection& inspection);
[[nodiscard]] std::string inspection_json(std::string_view file, const loader::Inspection& inspection);

}  // namespace cedar::host::app
