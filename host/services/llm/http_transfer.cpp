#include "host/services/llm/http_transfer.hpp"

#include <algorithm>
#include <cctype>

namespace cedar::host::services::llm {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
    auto& head = static_cast<Transfer*>(user)->head;
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) head = {};  // a 100 Continue came before
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        const auto name = lower(line.substr(0, colon));
        const auto value = trimmed(line.substr(colon + 1));
        if (name == "content-type") head.content_type = lower(value);
        if (name == "retry-after") head.retry_after = value;
        if (name == "retry-after-ms") head.retry_after_ms = value;
    }
    return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
    auto& transfer = *static_cast<Transfer*>(user);
    tell_head(transfer);
    if (transfer.handlers.on_data && !transfer.handlers.on_data({data, size * count})) {
        transfer.stopped = true;
        return CURL_WRITEFUNC_ERROR;
    }
    return size * count;
}

}  // namespace

void tell_head(Transfer& transfer) {
    if (transfer.head_told) return;
    transfer.head_told = true;
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    transfer.head.status = static_cast<int>(status);
    if (transfer.handlers.on_head) transfer.handlers.on_head(transfer.head);
}

HttpEnd end_of(const Transfer& transfer, CURLcode code) {
    if (transfer.stopped) return HttpEnd::stopped;
    if (code == CURLE_OK) return HttpEnd::complete;
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) return HttpEnd::tls;
    return code == CURLE_OPERATION_TIMEDOUT ? HttpEnd::connect_timeout : HttpEnd::connection;
}

PreparedTarget::PreparedTarget(HttpTarget target) : what(std::move(target)) {
    for (const auto& line : what.headers) headers.add(line);
    headers.add("Expect:");  // no round trip before the body
}

void Transfer::begin(HttpTransport::Id number, std::string text, HttpHandlers told) {
    id = number;
    body = std::move(text);
    handlers = std::move(told);
    if (!posts) return;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
}

void Transfer::rest() {
    id = 0;
    body = {};
    handlers = {};
    head = {};
    head_told = stopped = false;
    words[0] = '\0';
}

void set_options(Transfer& transfer, const PreparedTarget& target, const HttpTransportOptions& options) {
    CURL* easy = transfer.easy;
    const bool tls = target.what.url.starts_with("https:");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    curl_easy_setopt(easy, CURLOPT_URL, target.what.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, target.headers.first);
    curl_easy_setopt(easy, target.what.get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.words);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L);  // rather a stream of a connection than one more
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(target.what.connect_timeout.count()));
    if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

}  // namespace cedar::host::services::llm
