#include "host/app/model_services.hpp"

#include "host/app/config.hpp"
#include "host/app/model_config.hpp"
#include "host/runtime/redacting_ports.hpp"
#include "host/services/llm/capability_probe.hpp"
#include "host/services/llm/test_mode.hpp"

#include <array>
#include <charconv>

namespace cedar::host::app {
namespace {

// Everything that a component may ask for works there.
constexpr services::llm::Capabilities kTestMode{true, true, true, true, "test_mode"};

services::llm::LlmOptions options_of(const Config& config) {
    auto options = llm_options(config);
    options.day_file = config.path("data_dir") / "llm-costs-today";
    return options;
}

std::string number(double value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

}  // namespace

ModelServices::ModelServices(const Config& config, const Redactor& redactor, const Clock& clock, Log& log)
    : has_key_(!config.model_key().value.empty()), test_mode_(config.test_mode()), loop_(1, log) {
    if (test_mode_) {
        chat_service_ = services::llm::make_test_mode_chat();
        capabilities_ = services::llm::make_fixed_capabilities(kTestMode);
        return;
    }
    chat_ = std::make_shared<services::llm::LlmChat>(options_of(config), loop_.context(), clock, log);
    chat_service_ = std::make_shared<runtime::RedactingService>(chat_, redactor);
    capabilities_ = std::make_shared<services::llm::CapabilityProbe>(chat_);
    loop_.start();
}

ModelServices::~ModelServices() {
    stop();
}

void ModelServices::add_to(runtime::ServiceTable& table) const {
    table.add(chat_service_);
    table.add(capabilities_);
}

void ModelServices::forget_run(std::string_view run_id) const {
    if (chat_) chat_->forget_run(run_id);
}

void ModelServices::stop() {
    loop_.stop();
    if (chat_) chat_->close();  // calls hold whoever waits for them, and those hold the service
}

std::string ModelServices::health_json() const {
    const auto counters = chat_ ? chat_->counters() : services::llm::LlmCounters{};
    return std::string("{\"key\":") + (has_key_ ? "true" : "false") +
           ",\"test_mode\":" + (test_mode_ ? "true" : "false") +
           ",\"running\":" + std::to_string(counters.running) + ",\"queued\":" + std::to_string(counters.queued) +
           ",\"calls\":" + std::to_string(counters.calls) + ",\"failures\":" + std::to_string(counters.failures) +
           ",\"retries\":" + std::to_string(counters.retries) + ",\"cost_today\":" + number(counters.cost_today) +
           ",\"breaker\":\"" + std::string(counters.breaker) + "\"}";
}

}  // namespace cedar::host::app
