#pragma once
#include "host/http/connections.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace cedar::host::http {

// The end of many connections when a server stops: not in one moment, since all of them come back to whoever serves
// then. Not thread-safe.
class Parting {
public:
    static constexpr std::chrono::milliseconds each{1};   // that a connection's end has for itself
    static constexpr std::chrono::milliseconds step{10};  // from one tell_some() to the next

    Parting() = default;
    // With `at_most` to spare for all of them.
    Parting(const std::vector<std::shared_ptr<Connection>>& open, std::chrono::milliseconds at_most);

    // Stops the next few. False: none is left.
    bool tell_some();

private:
    std::vector<std::weak_ptr<Connection>> waiting_;
    std::size_t at_once_ = 0;
};

}  // namespace cedar::host::http
