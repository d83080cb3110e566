#include "host/services/llm/llm_chat.hpp"

#include "host/services/llm/engine.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace cedar::host::services::llm {

LlmChat::LlmChat(LlmOptions options, boost::asio::io_context& loop, const Clock& clock, Log& log)
    : engine_(std::make_shared<Engine>(std::move(options), loop, clock, log)) {}

LlmChat::~LlmChat() {
    close();
}

void LlmChat::close() {
    engine_->close();
}

Service::Cancel LlmChat::call(ServiceCall call, Done done) {
    const auto id = engine_->next_id();
    std::string component(call.component);
    boost::asio::post(engine_->loop(), [engine = engine_, id, component = std::move(component),
                                        call = std::move(call), done = std::move(done)]() mutable {
        engine->accept(id, std::move(component), std::move(call), std::move(done));
    });
    return [weak = std::weak_ptr(engine_), id] {
        if (const auto engine = weak.lock()) {
            boost::asio::post(engine->loop(), [engine, id] { engine->cancel(id); });
        }
    };
}

LlmCounters LlmChat::counters() const {
    return engine_->counters();
}

std::string LlmChat::model_named(const std::string& name_or_role) const {
    return engine_->model_named(name_or_role);
}

std::optional<Capabilities> LlmChat::capabilities(const std::string& model) const {
    return engine_->capabilities(model);
}

void LlmChat::learn(const std::string& model, const Capabilities& capabilities) {
    engine_->learn(model, capabilities);
}

void LlmChat::forget_run(std::string_view run_id) {
    engine_->spend().forget(run_id);
}

}  // namespace cedar::host::services::llm
