#pragma once
#include "host/core/component.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace cedar::host {

// A component that accepts and answers anything unless its manifest says otherwise. `change(manifest)` runs before
// it is made. Throws where the manifest is not usable: a fault of the test.
template <class Change>
[[nodiscard]] ComponentPtr make_test_component(std::string id, Change change,
                                               std::shared_ptr<Invoker> invoker = nullptr) {
    Manifest manifest;
    manifest.id = std::move(id);
    manifest.version = {1, 0, 0, ""};
    manifest.input_schema = manifest.output_schema = manifest.config_schema = "{}";
    change(manifest);
    SchemaCache cache;
    auto made = make_component(std::move(manifest), std::move(invoker), "test.so", cache);
    if (!made) throw std::logic_error(made.error().message);
    return *made;
}

[[nodiscard]] inline ComponentPtr make_test_component(std::string id) {
    return make_test_component(std::move(id), [](Manifest&) {});
}

}  // namespace cedar::host
