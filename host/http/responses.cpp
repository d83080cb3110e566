#include "host/http/responses.hpp"

#include <utility>

namespace cedar::host::http {
namespace {

constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

}  // namespace

Response html(std::string body) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = std::move(body);
    response.fields = {{"Content-Security-Policy", content_security_policy}, {"Cache-Control", "no-store"}};
    return response;
}

Response json(std::string body) {
    Response response;
    response.content_type = "application/json";
    response.body = std::move(body);
    response.fields = {{"Cache-Control", "no-store"}};
    return response;
}

Response see_other(std::string location) {
    Response response;
    response.status = 303;
    response.fields = {{"Location", std::move(location)}};
    return response;
}

}  // namespace cedar::host::http
