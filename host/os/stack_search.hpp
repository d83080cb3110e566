#pragma once
#include <array>

namespace cedar::host::os {

// Text as Culprit::text(), of a library found by where its code is.
using FoundCulprit = std::array<char, 512>;

// Whether a thread was in the code of a library that the host has loaded from its cache ("…/<sha256>/<name>"), or
// has such code among what it would return to: for threads that libraries made themselves. From a handler of
// signals: no allocation, no locks. `instruction` and `stack`: of that moment; null: not known. False: it is not,
// or this system does not tell.
[[nodiscard]] bool find_culprit(const void* instruction, const void* stack, FoundCulprit& found) noexcept;

}  // namespace cedar::host::os
