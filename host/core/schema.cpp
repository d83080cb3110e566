#include "host/core/schema.hpp"

#include "host/core/local_json.hpp"
#include "host/core/schema_node.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace cedar::host {
namespace {

class Compiled final : public Schema {
public:
    explicit Compiled(std::uint64_t max_steps) : max_steps_(max_steps) {}
    Result<void> compile(std::string_view text) { return compile_schema(text, schema_); }

    [[nodiscard]] Result<void> validate(const JsonValue& value) const override {
        return validate_value(schema_.nodes.front(), value, max_steps_);
    }

    [[nodiscard]] Result<void> validate_text(std::string_view text, const JsonLimits& limits) const override {
        if (auto checked = check_json(text, limits); !checked) return checked;
        if (surely_fits(schema_.nodes.front(), text, max_steps_)) return {};
        LocalJson document;
        const auto value = document.parse(text, limits);
        return value ? validate(**value) : std::move(value).error();
    }

    [[nodiscard]] Result<void> validate_made(std::string_view text, const JsonLimits& limits) const override {
        if (text.size() <= limits.max_bytes && surely_fits(schema_.nodes.front(), text, max_steps_)) return {};
        return validate_text(text, limits);
    }

    [[nodiscard]] const std::string& text() const override { return schema_.text; }

private:
    const std::uint64_t max_steps_;
    CompiledSchema schema_;
};

}  // namespace

Result<std::shared_ptr<const Schema>> Schema::compile(std::string_view text, std::uint64_t max_steps) {
    auto compiled = std::make_shared<Compiled>(max_steps);
    if (auto done = compiled->compile(text); !done) return std::move(done).error();
    return std::shared_ptr<const Schema>(std::move(compiled));
}

struct SchemaCache::Impl {
    std::uint64_t max_steps;
    std::mutex mutex;  // the only lock of core: plugins are loaded from several threads
    std::map<std::string, std::weak_ptr<const Schema>, std::less<>> by_text;
    std::size_t sweep_at = 64;

    void sweep() {
        std::erase_if(by_text, [](const auto& entry) { return entry.second.expired(); });
        sweep_at = std::max<std::size_t>(64, 2 * by_text.size());
    }
};

SchemaCache::SchemaCache(std::uint64_t max_steps) : impl_(std::make_unique<Impl>()) {
    impl_->max_steps = max_steps;
}
SchemaCache::~SchemaCache() = default;

Result<std::shared_ptr<const Schema>> SchemaCache::get(std::string_view text) {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->by_text.find(text);
    if (found != impl_->by_text.end())
        if (auto schema = found->second.lock()) return schema;
    auto compiled = Schema::compile(text, impl_->max_steps);
    if (!compiled) return compiled;
    if (impl_->by_text.size() >= impl_->sweep_at) impl_->sweep();
    impl_->by_text.insert_or_assign(std::string(text), *compiled);
    return compiled;
}

}  // namespace cedar::host
