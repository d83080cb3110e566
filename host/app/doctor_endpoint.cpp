// What the endpoint of the model says of itself.
#include "host/app/doctor.hpp"
#include "host/app/model_config.hpp"
#include "host/core/json.hpp"
#include "host/services/llm/http_transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <set>

namespace cedar::host::app {
namespace {

using services::llm::HttpEnd;
using services::llm::LlmOptions;

constexpr std::chrono::seconds kForTheAnswer{10};
constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20;
constexpr int kOk = 200, kUnauthorized = 401, kForbidden = 403;

struct Answer {
    bool ended = false;
    HttpEnd end = HttpEnd::connection;
    int status = 0;
    std::string body, words;
};

Answer ask_for_models(const LlmOptions& options) {
    boost::asio::io_context loop(1);
    services::llm::HttpTransport transport(loop, options.transport);
    Answer answer;
    services::llm::HttpTarget models;
    models.url = options.base_url + "/models";
    models.get = true;
    models.headers = {"Accept: application/json", "Authorization: Bearer " + options.api_key};
    models.connect_timeout = options.time.connect;
    services::llm::HttpHandlers handlers;
    handlers.on_head = [&answer](const auto& head) { answer.status = head.status; };
    handlers.on_data = [&answer](std::string_view bytes) {
        answer.body += bytes;
        return answer.body.size() <= kAnswerBytesMax;
    };
    handlers.on_end = [&answer, &loop](HttpEnd end, const std::string& words) {
        answer.ended = true;
        answer.end = end;
        answer.words = words;
        loop.stop();
    };
    transport.start(transport.prepare(std::move(models)), {}, std::move(handlers));
    loop.run_for(options.time.connect + kForTheAnswer);
    return answer;
}

// The ids of {"data":[{"id":…}]}; empty where the answer is something else.
std::set<std::string, std::less<>> ids_in(const std::string& body) {
    std::set<std::string, std::less<>> ids;
    const auto document = parse_json(body, {.max_bytes = kAnswerBytesMax});
    const auto* data = document && document->IsObject() ? find_member(*document, "data") : nullptr;
    if (data == nullptr || !data->IsArray()) return ids;
    for (const auto& one : data->GetArray()) {
        if (one.IsObject()) ids.emplace(string_member(one, "id"));
    }
    return ids;
}

Finding judge(const Answer& answer, const std::string& url) {
    if (!answer.ended) {
        return {Health::failed, "endpoint", url + " did not answer in time",
                "is the server busy, or the address right?"};
    }
    if (answer.end == HttpEnd::tls) {
        return {Health::failed, "endpoint", url + ": its certificate is not to be trusted (" + answer.words + ")",
                "if it is signed by an authority of your own, name its file in llm.ca_file"};
    }
    if (answer.end == HttpEnd::connection || answer.end == HttpEnd::connect_timeout) {
        return {Health::failed, "endpoint", url + " cannot be reached (" + answer.words + ")",
                "check llm.base_url (OPENAI_BASE_URL) and that the server runs"};
    }
    if (answer.status == kUnauthorized || answer.status == kForbidden) {
        return {Health::failed, "endpoint", url + " refuses the key (HTTP " + std::to_string(answer.status) + ")",
                "set a key that is valid there"};
    }
    if (answer.status >= 500) {
        return {Health::failed, "endpoint", url + " answers HTTP " + std::to_string(answer.status),
                "the server has a fault; ask again later"};
    }
    if (answer.status == kOk && !parse_json(answer.body, {.max_bytes = kAnswerBytesMax})) {
        return {Health::failed, "endpoint", url + " answers with something else than JSON",
                "check llm.base_url (OPENAI_BASE_URL): the path of the interface, often /v1, belongs to it"};
    }
    return {Health::ok, "endpoint", url, {}};
}

Finding judge_model(std::string_view role, const std::string& model,
                    const std::set<std::string, std::less<>>& known) {
    const std::string subject = "model " + std::string(role);
    if (known.empty()) return {Health::skipped, subject, model + ": the endpoint does not list its models", {}};
    if (known.contains(model)) return {Health::ok, subject, model, {}};
    return {Health::failed, subject,
            model + " is not among the " + std::to_string(known.size()) + " of the endpoint",
            "name one that is in llm.model_" + std::string(role)};
}

}  // namespace

std::vector<Finding> check_endpoint(const Config& config) {
    const auto options = llm_options(config);
    if (config.test_mode() || options.api_key.empty()) {
        const std::string why = config.test_mode() ? "test mode" : "no key";
        return {{Health::skipped, "endpoint", options.base_url + ": not asked (" + why + ")", {}}};
    }
    const Answer answer = ask_for_models(options);
    std::vector<Finding> out{judge(answer, options.base_url)};
    if (out.front().health != Health::ok) return out;
    const auto known = answer.status == kOk ? ids_in(answer.body) : std::set<std::string, std::less<>>{};
    out.push_back(judge_model("main", options.model_main, known));
    out.push_back(judge_model("fast", options.model_fast, known));
    out.push_back(judge_model("summary", options.model_summary, known));
    return out;
}

}  // namespace cedar::host::app
