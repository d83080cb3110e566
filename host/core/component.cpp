#include "host/core/component.hpp"

#include <utility>

namespace cedar::host {
namespace {

Result<std::shared_ptr<const Schema>> compile(const Manifest& manifest, std::string_view which,
                                              const std::string& text, SchemaCache& cache) {
    auto schema = cache.get(text);
    if (schema) return schema;
    return Error{schema.error().code, manifest.id + ": " + std::string(which) + ": " + schema.error().message,
                 schema.error().detail};
}

}  // namespace

Result<ComponentPtr> make_component(Manifest manifest, std::shared_ptr<Invoker> invoker, std::string plugin_file,
                                    SchemaCache& cache) {
    auto input = compile(manifest, "input", manifest.input_schema, cache);
    if (!input) return std::move(input).error();
    auto output = compile(manifest, "output", manifest.output_schema, cache);
    if (!output) return std::move(output).error();
    return std::make_shared<const Component>(Component{std::move(manifest), std::move(*input), std::move(*output),
                                                       std::move(invoker), std::move(plugin_file)});
}

}  // namespace cedar::host
