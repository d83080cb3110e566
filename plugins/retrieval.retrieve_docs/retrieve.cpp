#include "retrieve.hpp"

namespace retrieval {

bool is_blank(const Query& query) {
    return query.query.find_first_not_of(" \t\r\n\f\v") == std::string::npos;
}

cedar::Search search_for(const Query& query, const Config& config) {
    return {.query = query.query, .file_id = query.file_id, .limit = config.limit};
}

std::vector<cedar::Message> prompt_for(const Query& query) {
    return {{"system", "Retrieve the passages of the project's index that match the query."},
            {"user", is_blank(query) ? "(empty query)" : query.query},
            {"user", "Component: retrieval.retrieve_docs"}};
}

}  // namespace retrieval
