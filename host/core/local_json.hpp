#pragma once
#include "host/core/json.hpp"

#include <algorithm>
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
    [[nodiscard]] Result<const JsonValue*> parse(std::string_view text, const JsonLimits& limits) {
        if (auto checked = check_json(text, limits); !checked) return std::move(checked).error();
        document_.ParseInsitu<rapidjson::kParseFullPrecisionFlag>(copy(text));
        if (document_.HasParseError())
            return Error{ErrorCode::internal, "JSON: the checked text could not be read", {}};
        return &document_;
    }

private:
    static constexpr std::size_t kTextBytes = 512, kTreeBytes = 1024, kStackBytes = 512;

    // Ended by a NUL: the parser writes into it.
    [[nodiscard]] char* copy(std::string_view text) {
        char* to = few_;
        if (text.size() >= sizeof few_) {
            many_ = std::make_unique<char[]>(text.size() + 1);
            to = many_.get();
        }
        *std::copy(text.begin(), text.end(), to) = '\0';
        return to;
    }

    char few_[kTextBytes];
    std::unique_ptr<char[]> many_;
    alignas(16) char tree_[kTreeBytes];
    rapidjson::MemoryPoolAllocator<> values_{tree_, sizeof tree_};
    rapidjson::CrtAllocator heap_;
    JsonDocument document_{&values_, kStackBytes, &heap_};
};

}  // namespace cedar::host
