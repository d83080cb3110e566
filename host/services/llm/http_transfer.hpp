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

// One request under way: what libcurl is given to point at. Stays where it is.
struct Transfer {
    HttpTransport::Id id = 0;
    CURL* easy = nullptr;
    HttpRequest request;
    HttpHandlers handlers;
    HeaderList headers;
    HttpHead head;
    bool head_told = false, stopped = false;
    char words[CURL_ERROR_SIZE] = {};
};

// Sets all options of the transfer's handle; its callbacks go to the transfer.
void set_options(Transfer& transfer, const HttpTransportOptions& options);

// Tells the head once, before the first byte of the body or at the end. Loop thread.
void tell_head(Transfer& transfer);

[[nodiscard]] HttpEnd end_of(const Transfer& transfer, CURLcode code);

}  // namespace cedar::host::services::llm
