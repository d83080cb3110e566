#pragma once
#include "host/loader/catalogue.hpp"
#include "host/loader/library.hpp"
#include "host/loader/library_cache.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace cedar::host::loader {

// One content of a file that runs, or ran. Immutable; kept by the catalogue as long as it is in use, and by whoever
// still runs it. With the last of them goes the library, which is when its `deinit` is called.
struct Generation {
    std::uint64_t serial = 0;  // of all that this catalogue has brought up
    std::uint64_t number = 0;  // of its file, from 1
    Placement placement;
    CachedLibrary library;
    std::vector<ProbeVerdict::Refusal> refusals;  // as Plugin::refusals
    std::unique_ptr<Library> loaded;              // in this process; null in another mode
};

using GenerationPtr = std::shared_ptr<const Generation>;

}  // namespace cedar::host::loader
