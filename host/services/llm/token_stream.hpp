#pragma once
#include "host/services/llm/json_field_tap.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cedar::host::services::llm {

// The text of an answer on its way to whoever watches: what came and was not shown yet. The end of it that may be
// the beginning of the secret is kept back until more is known, so that no two events have half of it each; the
// whole of it is taken out where events are. Not thread-safe.
class TokenStream {
public:
    TokenStream(const std::string& field, std::string secret) : secret_(std::move(secret)) {
        if (!field.empty()) tap_.emplace(field);
    }

    void add(std::string_view delta);
    [[nodiscard]] std::string take();      // what may be shown now
    [[nodiscard]] std::string take_all();  // the answer is over

private:
    std::optional<JsonFieldTap> tap_;
    std::string secret_, waiting_;
};

}  // namespace cedar::host::services::llm
