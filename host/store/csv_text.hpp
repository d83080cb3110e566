#pragma once
#include <string>
#include <string_view>

namespace cedar::host::store {

// A table as lines that can be read and found one by one: "name: Ada; born: 1815", the names from the first row,
// empty cells left out. The delimiter is the one of comma, semicolon, tab and bar that the first row has most
// often. Quotes as in RFC 4180; a line end inside a cell becomes a space; a quote never closed ends with the text.
// Thread: any.
[[nodiscard]] std::string csv_to_text(std::string_view csv);

}  // namespace cedar::host::store
