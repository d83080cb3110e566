# cmake -DOUT=assets_data.cpp -DFILES="a.js;b.css" -P embed.cmake: turns files into a C++ source that defines
# cedar::host::ui::assets(). Octets are written as numbers: any content is safe, and no compiler limits them.
cmake_minimum_required(VERSION 3.25)

set(types_html "text/html; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_svg "image/svg+xml")

set(arrays "")
set(rows "")
set(count 0)
list(SORT FILES COMPARE STRING)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  cmake_path(GET file EXTENSION LAST_ONLY extension)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED types_${extension})
    message(FATAL_ERROR "${name}: expected one of .html .css .js .svg")
  endif()
  file(READ "${file}" content HEX)
  file(SHA256 "${file}" hash)
  string(SUBSTRING "${hash}" 0 32 hash)
  string(REGEX REPLACE "(................................)" "\\1\n" content "${content}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," content "${content}")
  string(APPEND arrays "constexpr char data_${count}[] = {\n${content}\n};\n")
  set(content_type "${types_${extension}}")
  set(data "data_${count}")
  string(APPEND rows "    {\"${name}\", \"${content_type}\", \"\\\"${hash}\\\"\", {${data}, sizeof ${data}}},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(CONFIGURE OUTPUT "${OUT}" @ONLY CONTENT "#include \"host/ui/assets.hpp\"

namespace cedar::host::ui {
namespace {

@arrays@
constexpr Asset table[] = {
@rows@};

}  // namespace

std::span<const Asset> assets() { return table; }

}  // namespace cedar::host::ui
")
