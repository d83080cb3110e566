#pragma once
#include <string>
#include <string_view>

namespace cedar::host::store {

// Decodes the character reference at the start of `text`, which begins with '&', onto `out`. Returns its length in
// bytes, or 0 when there is none that is known (the '&' is then text). Source: HTML Living Standard, 13.2.5.72, the
// named references in common use. Thread: any.
std::size_t decode_entity(std::string_view text, std::string& out);

}  // namespace cedar::host::store
