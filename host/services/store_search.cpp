#include "host/ports/store.hpp"
#include "host/services/reply.hpp"
#include "host/services/services.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace cedar::host::services {

namespace {

constexpr std::string_view kName = "store.search";
constexpr std::size_t kQueryMax = 64 * 1024;  // bytes

std::string number(double value) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

void append_passage(std::string& out, const Passage& passage) {
    out += "{\"chunk_id\":";
    append_json_string(out, passage.chunk_id);
    out += ",\"file_id\":" + std::to_string(passage.file_id) + ",\"source\":";
    append_json_string(out, passage.source);
    out += ",\"char_start\":" + std::to_string(passage.char_start) +
           ",\"char_end\":" + std::to_string(passage.char_end) + ",\"text\":";
    append_json_string(out, passage.text);
    out += ",\"score\":" + number(passage.score) + "}";
}

ServiceReply passages_reply(const std::vector<Passage>& passages) {
    ServiceReply reply;
    reply.body = "{\"results\":[";
    for (const auto& passage : passages) {
        if (&passage != passages.data()) reply.body += ',';
        append_passage(reply.body, passage);
    }
    reply.body += "]}";
    return reply;
}

Result<SearchQuery> read_query(const ServiceCall& call) {
    auto document = read_object(kName, call.body);
    if (!document) return document.error();
    const auto text = text_member(kName, *document, "query");
    if (!text) return text.error();
    if (text->size() > kQueryMax) {
        return Error{ErrorCode::limit,
                     "store.search: query: expected at most 65536 bytes, got " + std::to_string(text->size()),
                     {}};
    }
    const auto file = integer_member(kName, *document, "file_id", 1, std::numeric_limits<std::int64_t>::max(), 0);
    if (!file) return file.error();
    const auto limit = integer_member(kName, *document, "limit", 1, 200, 20);
    if (!limit) return limit.error();
    SearchQuery query;
    query.project_id = call.scope->project_id;
    query.text = *text;
    if (*file > 0) query.file_id = *file;
    query.limit = static_cast<std::uint32_t>(*limit);
    return query;
}

class StoreSearch final : public Service {
public:
    explicit StoreSearch(Store& store) : store_(store) {}

    [[nodiscard]] std::string_view name() const override { return kName; }

    [[nodiscard]] Cancel call(ServiceCall call, Done done) override {
        auto query = read_query(call);
        if (!query) {
            done(failure(query.error()));
            return {};
        }
        store_.search(std::move(*query), [done = std::move(done)](Result<std::vector<Passage>> found) {
            done(found ? passages_reply(*found) : failure(found.error()));
        });
        return {};  // a search is over before stopping it would pay
    }

private:
    Store& store_;
};

}  // namespace

std::shared_ptr<Service> make_store_search(Store& store) {
    return std::make_shared<StoreSearch>(store);
}

}  // namespace cedar::host::services
