#include "host/http/parting.hpp"

#include <algorithm>
#include <cstdint>

namespace cedar::host::http {

Parting::Parting(const std::vector<std::shared_ptr<Connection>>& open, std::chrono::milliseconds at_most)
    : waiting_(open.begin(), open.end()) {
    const auto window = std::min(each * static_cast<std::int64_t>(open.size()), at_most);
    const auto steps = static_cast<std::size_t>(window / step) + 1;
    at_once_ = open.size() / steps + 1;
}

bool Parting::tell_some() {
    for (std::size_t i = 0; i < at_once_ && !waiting_.empty(); ++i) {
        if (const auto connection = waiting_.back().lock()) connection->stop();
        waiting_.pop_back();
    }
    return !waiting_.empty();
}

}  // namespace cedar::host::http
