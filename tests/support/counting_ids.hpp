#pragma once
#include "host/ports/ids.hpp"

#include <atomic>
#include <cstdio>
#include <string>

namespace cedar::host {

// 32 hex digits that count up from 1. Thread: any.
class CountingIds final : public IdSource {
public:
    [[nodiscard]] std::string next() override {
        char text[33];
        std::snprintf(text, sizeof text, "%032llx", ++count_);
        return text;
    }

private:
    std::atomic<unsigned long long> count_{0};
};

}  // namespace cedar::host
