#include "host/http/problem.hpp"

#include "host/core/json.hpp"

#include <algorithm>
#include <array>

namespace cedar::host::http {
namespace {

struct Phrase {
    unsigned status;
    std::string_view text;
};

constexpr std::array phrases{
    Phrase{200, "OK"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{411, "Length Required"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{426, "Upgrade Required"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{505, "HTTP Version Not Supported"},
};

}  // namespace

unsigned http_status(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument: return 400;
        case ErrorCode::not_found: return 404;
        case ErrorCode::already_exists: return 409;
        case ErrorCode::limit: return 413;
        case ErrorCode::deadline: return 504;
        case ErrorCode::cancelled: return 503;
        case ErrorCode::denied: return 403;
        case ErrorCode::unsupported: return 501;
        case ErrorCode::unavailable: return 503;
        case ErrorCode::io:
        case ErrorCode::corrupt:
        case ErrorCode::internal: return 500;
    }
    return 500;
}

std::string_view reason_phrase(unsigned status) {
    const auto* found =
        std::find_if(phrases.begin(), phrases.end(), [status](const Phrase& p) { return p.status == status; });
    return found == phrases.end() ? std::string_view("Unknown") : found->text;
}

Response problem(unsigned status, std::string_view detail) {
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = R"({"type":"about:blank","title":)";
    append_json_string(response.body, reason_phrase(status));
    response.body += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
    append_json_string(response.body, detail);
    response.body += "}";
    if (status == 503 || status == 429) response.fields.emplace_back("Retry-After", "1");
    return response;
}

Response problem(const Error& error) {
    return problem(http_status(error.code), error.message);
}

Response fatal_problem(unsigned status, std::string_view detail) {
    Response response = problem(status, detail);
    response.close = true;
    return response;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 80;
    const bool cut = text.size() > longest;
    std::string out = "\"" + to_utf8(text.substr(0, longest));
    return out + (cut ? "…\"" : "\"");
}

}  // namespace cedar::host::http
