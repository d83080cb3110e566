#pragma once
#include <cstddef>
#include <filesystem>

namespace cedar::host::loader {

// Gives back the memory of what libraries from below `folder` have in common with their files: code and constants.
// To load, initialise and create a thousand libraries touches most of their pages once; those that are needed later
// are read again from the file, which the system mostly still has at hand. Nothing written to is touched; a library
// whose code was changed by relocation is left as it is. Returns how many bytes were mapped so. Thread: any.
std::size_t drop_clean_pages(const std::filesystem::path& folder);

}  // namespace cedar::host::loader
