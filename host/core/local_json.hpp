#pragma once
#include "host/core/json.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace cedar::host {

// A document for one look at a small text: the tree and the text lie in the object itself as long as they fit, so
// that it asks the heap for nothing; little enough for a component's stack. Thread: one.
class LocalJson {
public:
    LocalJson() = default;
    LocalJson(const LocalJson&) = delete;
    LocalJson& operator=(const LocalJson&) = delete;

    // The rules and errors of parse_json. Valid until the next call and while this lives.
    [[nodiscard]] Result<const JsonValue*> parse(std::string_view text, const JsonLimits& limits);

private:
    static constexpr std::size_t kTextBytes = 512, kTreeBytes = 1024, kStackBytes = 512;

    [[nodiscard]] char* copy(std::string_view text);  // ended by a NUL: the parser writes into it

    char few_[kTextBytes];
    std::unique_ptr<char[]> many_;
    alignas(16) char tree_[kTreeBytes];
    rapidjson::MemoryPoolAllocator<> values_{tree_, sizeof tree_};
    rapidjson::CrtAllocator heap_;
    JsonDocument document_{&values_, kStackBytes, &heap_};
};

}  // namespace cedar::host
