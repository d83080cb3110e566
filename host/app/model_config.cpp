#include "host/app/model_config.hpp"

#include "host/app/config_print.hpp"
#include "host/core/json.hpp"

#include <array>
#include <optional>

namespace cedar::host::app {
namespace {

using services::llm::Price;

Error wrong(std::string_view key, const Config& config, const std::string& expected, const std::string& got) {
    return {ErrorCode::invalid_argument,
            std::string(key) + ": expected " + expected + ", got " + json_string(got) + " from " +
                to_string(config.origin(key)),
            {}};
}

bool is_http_url(const std::string& url) {
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    return http && url.find_first_of(" \t\r\n@?#") == std::string::npos && url.find("//") + 2 < url.size();
}

// "gpt-5=1.25/0.125/10"
std::optional<std::pair<std::string, Price>> price_of(std::string_view text) {
    const auto equals = text.rfind('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    std::array<double, 3> parts{};
    std::string_view rest = text.substr(equals + 1);
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const auto slash = rest.find('/');
        if ((slash == std::string_view::npos) != (at == 2)) return std::nullopt;
        const auto number = parse_decimal(rest.substr(0, slash));
        if (!number) return std::nullopt;
        parts[at] = *number;
        if (at < 2) rest = rest.substr(slash + 1);
    }
    return std::pair{std::string(text.substr(0, equals)), Price{parts[0], parts[1], parts[2]}};
}

std::string without_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

// The vendor's newer models refuse the older name; most other endpoints know the older one only.
bool newer_name(const Config& config) {
    const std::string& field = config.text("llm.max_tokens_field");
    if (field != "auto") return field == "max_completion_tokens";
    return config.text("llm.base_url").starts_with("https://api.openai.com");
}

unsigned small(const Config& config, std::string_view name) {
    return static_cast<unsigned>(config.size(name));
}

}  // namespace

Result<void> check_model(const Config& config) {
    if (!is_http_url(config.text("llm.base_url"))) {
        return wrong("llm.base_url", config, "http://… or https://… without a user, blanks, ? or #",
                     config.text("llm.base_url"));
    }
    for (const std::string& text : config.list("llm.prices")) {
        if (!price_of(text)) return wrong("llm.prices", config, "model=input/cached/output in US dollars", text);
    }
    const auto& names = config.list("llm.capabilities");
    for (const std::string& name : names) {
        if (!services::llm::capabilities_of({&name, 1}))
            return wrong("llm.capabilities", config, "json_schema, json_object, tools, stream_usage or none", name);
    }
    if (config.decimal("llm.max_cost_per_run") == 0 && config.decimal("llm.max_cost_per_day") == 0) return {};
    const auto options = llm_options(config);
    for (const std::string* model : {&options.model_main, &options.model_fast, &options.model_summary}) {
        if (!options.prices.contains(*model)) {
            return Error{ErrorCode::invalid_argument,
                         "llm.prices: expected a price of " + json_string(*model) +
                             ", since there is a cap on costs, got none",
                         {}};
        }
    }
    return {};
}

services::llm::LlmOptions llm_options(const Config& config) {
    services::llm::LlmOptions options;
    options.base_url = without_slash(config.text("llm.base_url"));
    options.api_key = config.model_key().value;
    options.model_main = config.text("llm.model_main");
    options.model_fast = config.text("llm.model_fast");
    options.model_summary = config.text("llm.model_summary");
    options.calls_max = config.size("llm.calls_max");
    options.queue_max = config.size("llm.queue_max");
    options.requests_per_minute = static_cast<double>(config.integer("llm.requests_per_minute"));
    options.tokens_per_minute = static_cast<double>(config.integer("llm.tokens_per_minute"));
    options.max_response_bytes = config.size("llm.max_response_bytes");
    options.max_completion_tokens = newer_name(config);
    if (const auto& names = config.list("llm.capabilities"); !names.empty())
        options.capabilities = services::llm::capabilities_of(names);
    options.time.queue = config.milliseconds("llm.queue_timeout_ms");
    options.time.connect = config.milliseconds("llm.connect_timeout_ms");
    options.time.first_byte = config.milliseconds("llm.first_byte_timeout_ms");
    options.time.stall = config.milliseconds("llm.stall_timeout_ms");
    options.time.total = config.milliseconds("llm.total_timeout_ms");
    options.retry.max_attempts = small(config, "llm.max_attempts");
    options.retry.backoff_base = config.milliseconds("llm.backoff_base_ms");
    options.retry.backoff_max = config.milliseconds("llm.backoff_max_ms");
    options.retry.retry_after_max = config.milliseconds("llm.retry_after_max_ms");
    options.breaker.failures_to_open = small(config, "llm.breaker_failures");
    options.breaker.open_for = config.milliseconds("llm.breaker_open_ms");
    options.spend.per_run = config.decimal("llm.max_cost_per_run");
    options.spend.per_day = config.decimal("llm.max_cost_per_day");
    for (const std::string& text : config.list("llm.prices")) {
        if (const auto price = price_of(text)) options.prices.insert(*price);
    }
    options.transport.connections_max = config.size("llm.connections_max");
    options.transport.ca_file = config.text("llm.ca_file");
    return options;
}

std::string missing_key_advice(const Config& config) {
    if (config.test_mode() || !config.model_key().value.empty()) return {};
    return "Set OPENAI_API_KEY in the environment, in ./.env or in " + (config.path("data_dir") / ".env").string() +
           " and start cedar again. Without a key: --aggregator aggregator.extractive needs none.";
}

}  // namespace cedar::host::app
