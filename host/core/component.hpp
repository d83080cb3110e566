#pragma once
#include "host/core/manifest.hpp"
#include "host/core/schema.hpp"

#include <memory>
#include <string>

namespace cedar::host {

class Invoker;

// A manifest plus the invoker that can run it. Immutable; shared by every run that chose it.
struct Component {
    Manifest manifest;
    std::shared_ptr<const Schema> input, output;  // compiled from the manifest; never null
    std::shared_ptr<Invoker> invoker;             // may be null in tests that never invoke
    std::string plugin_file;                      // where it came from, for people
};

using ComponentPtr = std::shared_ptr<const Component>;

// Compiles the manifest's schemas through `cache`. Error as Schema::compile, prefixed by the component's id.
[[nodiscard]] Result<ComponentPtr> make_component(Manifest manifest, std::shared_ptr<Invoker> invoker,
                                                  std::string plugin_file, SchemaCache& cache);

}  // namespace cedar::host
