#pragma once
#include "host/core/error.hpp"
#include "host/core/json.hpp"
#include "host/core/local_json.hpp"
#include "host/ports/service.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cedar::host::services {

inline constexpr std::size_t kBodyMax = 4 * 1024 * 1024;  // bytes of one request to a service

// The status that says this kind of failure over the boundary. Thread: any.
[[nodiscard]] std::int32_t status_of(ErrorCode code);
// The failure as a reply; `detail` stays in the host: it may name what a component need not know. Thread: any.
[[nodiscard]] ServiceReply failure(const Error& error);

// The body as a JSON object. Error invalid_argument or limit, the message beginning with `service`. Thread: any.
[[nodiscard]] Result<JsonDocument> read_object(std::string_view service, std::string_view body);

// The same, in `document`: for a small request that is looked at once.
[[nodiscard]] Result<const JsonValue*> read_object(std::string_view service, std::string_view body,
                                                   LocalJson& document);

// An integer member within [min, max], or `fallback` if it is absent or null. Error invalid_argument. Thread: any.
[[nodiscard]] Result<std::int64_t> integer_member(std::string_view service, const JsonValue& object,
                                                  std::string_view key, std::int64_t min, std::int64_t max,
                                                  std::int64_t fallback);
// A string member. Error invalid_argument when it is absent or no string. Thread: any.
[[nodiscard]] Result<std::string_view> text_member(std::string_view service, const JsonValue& object,
                                                   std::string_view key);

}  // namespace cedar::host::services
