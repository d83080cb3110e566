#include "host/http/sse_request.hpp"

#include "host/http/form.hpp"
#include "host/http/problem.hpp"
#include "host/http/site.hpp"

#include <algorithm>
#include <string>

namespace cedar::host::http {
namespace {

Result<std::string> given_position(const Request& request) {
    const auto header = request.field("Last-Event-ID");
    if (!header.empty()) return std::string(header);
    const auto query = Form::parse(request.query);
    if (!query) return query.error();
    for (const char* name : {"Last-Event-ID", "lastEventId", "last_event_id"}) {
        if (const auto value = query->find(name)) return std::string(*value);
    }
    return std::string();
}

}  // namespace

Result<StreamRequest> parse_stream_request(const Request& request) {
    StreamRequest asked;
    const auto name = event_stream_thread(request.path).value_or("");
    const auto thread_id = parse_id(name);
    if (!thread_id) return Error{ErrorCode::not_found, "thread: expected a number, got " + in_quotes(name), {}};
    asked.thread_id = *thread_id;
    const auto position = given_position(request);
    if (!position) return position.error();
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(*position, is_control))
        return Error{ErrorCode::invalid_argument, "Last-Event-ID: expected no control characters", {}};
    asked.after = parse_sse_position(*position);
    asked.unknown = !asked.after && !position->empty();
    return asked;
}

}  // namespace cedar::host::http
