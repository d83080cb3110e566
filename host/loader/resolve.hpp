#pragma once
#include "host/core/manifest.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace cedar::host::loader {

// One acceptable library among those that were found, in the order of folders, then by name.
struct Offer {
    std::string file;
    std::string sha256;
    struct Component {
        std::string id;
        Version version;
    };
    std::vector<Component> components;
    bool refused = false;  // it turned out that it cannot be loaded: others step forward
};

// What becomes of an offer.
struct Ruling {
    enum class Kind { use, shadowed, refused, duplicate };
    Kind kind = Kind::use;
    std::string reason;        // a sentence; empty when all of it is used
    std::vector<bool> in_use;  // for each component
    std::size_t same_as = 0;   // duplicate: the offer with this content
};

// The same content twice: the first counts, the other is its duplicate. The same id and version with different
// content: both files are refused, and the reason names both. Of one id the highest version is in use; a file
// of which nothing is in use is shadowed. Offers marked as refused take no part beyond the conflict rule.
// One ruling an offer. Thread: any.
[[nodiscard]] std::vector<Ruling> resolve(std::span<const Offer> offers);

}  // namespace cedar::host::loader
