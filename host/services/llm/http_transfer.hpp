#pragma once
#include "host/services/llm/http_transport.hpp"

#include <curl/curl.h>

#include <string>

namespace cedar::host::services::llm {

// Lines of a request, owned.
struct HeaderList {
    curl_slist* first = nullptr;
    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(first); }
    void add(const std::string& line) {
        if (auto* list = curl_slist_append(first, line.c_str())) first = list;
    }
};

// What libcurl is given to point at by all transfers to one place. Stays where it is.
struct PreparedTarget {
    explicit PreparedTarget(HttpTarget target);
    HttpTarget what;
    HeaderList headers;
};

// One request under way, or a handle that waits for its next one. Stays where it is, so that most options are set
// once in its life.
struct Transfer {
    Transfer(HttpTransport::TargetId place, bool post) : target(place), posts(post), easy(curl_easy_init()) {}
    ~Transfer() { curl_easy_cleanup(easy); }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    void begin(HttpTransport::Id number, std::string text, HttpHandlers told);
    void rest();

    HttpTransport::TargetId target;
    bool posts;
    CURL* easy;
    HttpTransport::Id id = 0;
    std::string body;
    HttpHandlers handlers;
    HttpHead head;
    bool head_told = false, stopped = false;
    char words[CURL_ERROR_SIZE] = {};
};

// Sets what stays for the life of the transfer's handle; its callbacks go to the transfer.
void set_options(Transfer& transfer, const PreparedTarget& target, const HttpTransportOptions& options);

// Tells the head once, before the first byte of the body or at the end. Loop thread.
void tell_head(Transfer& transfer);

[[nodiscard]] HttpEnd end_of(const Transfer& transfer, CURLcode code);

}  // namespace cedar::host::services::llm
