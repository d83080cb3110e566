#pragma once
#include "host/core/error.hpp"

#include <string>
#include <string_view>

namespace cedar::host::store {

// What a file's name says of it; the columns file_type, structure and mime_type.
struct FileKind {
    const char* type;       // "text", "markdown", "html", "json", "csv", "code"
    const char* structure;  // "sources", "code", "tabular"
    const char* mime_type;
};

// By the ending, any case; what is unknown is text. Thread: any.
[[nodiscard]] FileKind file_kind(std::string_view name);

// The readable text of a file's bytes. Error invalid_argument when they are no text; the message is the reason, as
// a clause. Thread: any.
[[nodiscard]] Result<std::string> file_text(const FileKind& kind, std::string_view bytes);

}  // namespace cedar::host::store
