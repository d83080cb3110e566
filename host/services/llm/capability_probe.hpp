#pragma once
#include "host/ports/service.hpp"
#include "host/services/llm/capabilities.hpp"

#include <memory>
#include <string_view>

namespace cedar::host::services::llm {

class LlmChat;

// "llm.capabilities": what the endpoint can do with a model (host/services/README.md). What is not known is asked
// of the endpoint by four small calls at once; callers that come meanwhile wait for the same ones. A probe that
// could not be made is answered with its failure and forgotten.
//
// Thread: call() any.
class CapabilityProbe final : public Service {
public:
    explicit CapabilityProbe(std::shared_ptr<LlmChat> chat);
    ~CapabilityProbe() override;

    [[nodiscard]] std::string_view name() const override { return "llm.capabilities"; }
    [[nodiscard]] Cancel call(ServiceCall call, Done done) override;

private:
    struct State;
    std::shared_ptr<State> state_;
};

// "llm.capabilities" where nothing need be asked: always the same reply.
[[nodiscard]] std::shared_ptr<Service> make_fixed_capabilities(Capabilities capabilities);

}  // namespace cedar::host::services::llm
