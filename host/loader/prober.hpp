#pragma once
#include "host/core/error.hpp"
#include "host/core/now.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace cedar::host::loader {

// A library to be tried before the host relies on it.
struct ProbeTarget {
    std::uint64_t ticket = 0;  // of whoever asks; the verdict bears it
    std::string file;          // where it was found, for people
    std::string copy;          // the host's own copy
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
// Beside its caller, and each verdict is there as soon as it is known: one library that hangs keeps back no
// other's. Thread: one at a time.
class Prober {
public:
    virtual ~Prober() = default;
    // Begins to try these, beside what is being tried. Each gets one verdict, in a time with a bound for each. May
    // be told at once, when it is known already.
    virtual void begin(std::vector<ProbeTarget> targets) = 0;

    struct Told {
        std::uint64_t ticket = 0;
        ProbeVerdict verdict;
    };
    // The verdicts that have come since the last time, in that order.
    [[nodiscard]] virtual std::vector<Told> take() = 0;
    // Waits until there is one to take. False: `limit` is over, or none is to come. Blocking.
    [[nodiscard]] virtual bool wait(std::chrono::milliseconds limit) = 0;
};

}  // namespace cedar::host::loader
