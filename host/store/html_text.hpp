#pragma once
#include <string>
#include <string_view>

namespace cedar::host::store {

// The readable text of an HTML page: tags dropped; script, style, template and comments dropped with their content;
// entities decoded; white space collapsed as a browser does, but kept in <pre>; blocks on lines of their own,
// headings marked as in Markdown, list items with "- ", table cells parted by " | ". Takes any well-formed UTF-8
// and never fails: broken markup is read as a browser would roughly read it. Thread: any.
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace cedar::host::store
