#include "host/services/llm/token_stream.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::services::llm {

void TokenStream::add(std::string_view delta) {
    if (tap_) {
        tap_->feed(delta, waiting_);
    } else {
        waiting_ += delta;
    }
}

std::string TokenStream::take() {
    std::size_t kept = secret_.empty() ? 0 : std::min(waiting_.size(), secret_.size() - 1);
    while (kept > 0 && !waiting_.ends_with(std::string_view(secret_).substr(0, kept))) --kept;
    std::string out = waiting_.substr(0, waiting_.size() - kept);
    waiting_.erase(0, out.size());
    return out;
}

std::string TokenStream::take_all() {
    return std::exchange(waiting_, {});
}

}  // namespace cedar::host::services::llm
