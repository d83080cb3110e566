#pragma once
#include "tests/support/run_driver.hpp"

#include <chrono>

namespace cedar::host {

inline ComponentPtr always(std::string id) {
    return make_test_component(std::move(id), [](Manifest& m) { m.select.always = true; });
}
inline ComponentPtr aggregator(std::uint32_t repairs = 0) {
    return make_test_component("agg.one", [repairs](Manifest& m) {
        m.role = Role::aggregator;
        m.repairs = repairs;
    });
}
inline ChatRequest asking(std::string content = "Why?") {
    ChatRequest request;
    request.content = std::move(content);
    return request;
}
inline RunLimits usual_limits() {
    RunLimits limits;
    limits.aggregator = "agg.one";
    return limits;
}
// Two components and an aggregator, brought to the point where both components run.
inline RunDriver dispatched(ChatRequest request = asking(), RunLimits limits = usual_limits(),
                            std::uint32_t repairs = 0) {
    return {{always("a.one"), always("a.two"), aggregator(repairs)}, std::move(request), std::move(limits)};
}

}  // namespace cedar::host
