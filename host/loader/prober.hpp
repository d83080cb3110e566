#pragma once
#include "host/core/error.hpp"
#include "host/core/now.hpp"

#include <span>
#include <string>
#include <vector>

namespace cedar::host::loader {

// A library to be tried before the host relies on it.
struct ProbeTarget {
    std::string file;  // where it was found, for people
    std::string copy;  // the host's own copy
    std::string sha256;
    bool confined = true;  // in a sandbox, as it will run
    struct Item {
        std::string id, config;  // JSON, or empty
    };
    std::vector<Item> components;
};

// What came of it.
struct ProbeVerdict {
    enum class Kind {
        passed,
        rejected,     // it said no, or cannot be loaded: asked again at the next start
        quarantined,  // it crashed or hung: not asked again until somebody clears it
    };
    Kind kind = Kind::passed;
    std::string reason;  // a sentence, unless passed
    struct Refusal {
        std::string id;
        Error error;
    };
    std::vector<Refusal> refusals;  // passed: components that could not be created
};

// Tries libraries where a crash does no harm: load, `init`, `create` and `destroy` of each component, `deinit`.
class Prober {
public:
    virtual ~Prober() = default;
    // One verdict a target, in their order. Thread: one at a time. Blocking: as long as it takes, with a bound for
    // each.
    [[nodiscard]] virtual std::vector<ProbeVerdict> probe(std::span<const ProbeTarget> targets) = 0;
};

}  // namespace cedar::host::loader
