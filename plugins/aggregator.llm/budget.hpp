#pragma once
#include <cedar/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aggregator {

inline constexpr std::size_t kBytesPerToken = 4;  // the rule of thumb that the host's budgets go by

// How much of `room` each may take: who needs less than an equal share leaves the rest to the others. Thread: any.
[[nodiscard]] std::vector<std::size_t> shares(const std::vector<std::size_t>& needs, std::size_t room);

// At most `limit` bytes of a text, cut between characters, with a note that it was cut. Thread: any.
[[nodiscard]] std::string cut(std::string_view text, std::size_t limit);

// JSON of at most about `limit` bytes: passages (an object with `results`) lose their last ones, which are the
// weakest, and the object says in `omitted` how many; anything else becomes a text that is cut. Thread: any.
[[nodiscard]] std::string reduced(const cedar::Json& content, std::size_t limit);

}  // namespace aggregator
