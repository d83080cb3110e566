#pragma once
#include <string>

namespace cedar::host::loader {

// Why a library is in quarantine, and how it comes out. Thread: any.
[[nodiscard]] inline std::string quarantine_words(const std::string& reason, const std::string& file) {
    return reason + "; `cedar plugins clear " + file + "` lets it be tried again";
}

}  // namespace cedar::host::loader
