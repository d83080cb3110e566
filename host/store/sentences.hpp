#pragma once
#include <cstddef>
#include <string_view>

namespace cedar::host::store {

// Whether a sentence ends right before `offset` of well-formed UTF-8, where white space (or, after a full-width
// stop, anything) begins. "e.g. this", "3. item", "J. Smith" and "Dr. Smith" do not end one. Thread: any.
[[nodiscard]] bool ends_sentence(std::string_view text, std::size_t offset);

}  // namespace cedar::host::store
