#include "host/app/config_key_rows.hpp"

#include <array>

namespace cedar::host::app {
namespace {

constexpr std::array kKeys{
    Key{.name = "llm.base_url",
        .type = kText,
        .fallback = "https://api.openai.com/v1",
        .legacy_env = "OPENAI_BASE_URL",
        .help = "Where the model is: any OpenAI-compatible endpoint"},
    Key{.name = "llm.model_main",
        .type = kText,
        .fallback = "gpt-5",
        .legacy_env = "CEDARPY_OPENAI_MODEL",
        .help = "Model of the role main"},
    Key{.name = "llm.model_fast",
        .type = kText,
        .fallback = "gpt-5-mini",
        .legacy_env = "CEDARPY_FAST_MODEL",
        .help = "Model of the role fast"},
    Key{.name = "llm.model_summary",
        .type = kText,
        .fallback = "gpt-5-nano",
        .legacy_env = "CEDARPY_SUMMARY_MODEL",
        .help = "Model of the role summary"},
    Key{.name = "llm.capabilities",
        .type = kTexts,
        .help =
            "What the endpoint does, of json_schema, json_object, tools, stream_usage, none; empty: it is asked"},
    Key{.name = "llm.max_tokens_field",
        .type = kChoice,
        .fallback = "auto",
        .choices = "auto|max_tokens|max_completion_tokens",
        .help = "How a bound of the answer is named; auto: the newer name for api.openai.com"},
    Key{.name = "llm.prices",
        .type = kTexts,
        .fallback = "gpt-5=1.25/0.125/10,gpt-5-mini=0.25/0.025/2,gpt-5-nano=0.05/0.005/0.4",
        .help = "US dollars for a million tokens: model=input/cached input/output"},
    Key{.name = "llm.max_cost_per_run",
        .type = KeyType::decimal,
        .fallback = "0",
        .max = 1000000,
        .help = "US dollars that one run may cost; 0: no cap"},
    Key{.name = "llm.max_cost_per_day",
        .type = KeyType::decimal,
        .fallback = "0",
        .max = 1000000,
        .help = "US dollars of a UTC day, kept over restarts; 0: no cap"},
    Key{.name = "llm.ca_file",
        .type = kPath,
        .help = "Certificates to trust for the endpoint; empty: the system's"},
    number("llm.calls_max", "256", 1, 100000, "Calls to the endpoint at once"),
    number("llm.queue_max", "10000", 0, 1000000, "Calls that wait for a place; beyond: refused"),
    number("llm.connections_max", "1000", 1, 100000, "Connections to the endpoint kept open"),
    number("llm.requests_per_minute", "0", 0, 10000000, "Requests to the endpoint; 0: no limit"),
    number("llm.tokens_per_minute", "0", 0, 1000000000, "Tokens of requests, estimated; 0: no limit"),
    number("llm.max_response_bytes", "4194304", 1024, kGib, "Of one answer"),
    number("llm.queue_timeout_ms", "30000", 1, kHour, "For a place, a token of the limits or a closed breaker"),
    number("llm.connect_timeout_ms", "5000", 1, kHour, "For a connection to the endpoint"),
    number("llm.first_byte_timeout_ms", "60000", 1, kHour, "From an attempt's start to its first byte"),
    number("llm.stall_timeout_ms", "30000", 1, kHour, "Between two pieces of an answer"),
    number("llm.total_timeout_ms", "120000", 1, kHour, "For a call with all its attempts"),
    number("llm.max_attempts", "4", 1, 20, "Attempts of one call, the first included"),
    number("llm.backoff_base_ms", "500", 1, kHour,
           "Wait before the second attempt, doubled each time, with jitter"),
    number("llm.backoff_max_ms", "8000", 1, kHour, "The most that such a wait becomes"),
    number("llm.retry_after_max_ms", "60000", 0, kHour, "A longer Retry-After is taken as a refusal"),
    number("llm.breaker_failures", "8", 0, 1000000, "Failures in a row that open the circuit breaker; 0: never"),
    number("llm.breaker_open_ms", "10000", 1, kHour, "How long it leaves the endpoint alone"),
};

}  // namespace

std::span<const Key> model_keys() {
    return kKeys;
}

}  // namespace cedar::host::app
