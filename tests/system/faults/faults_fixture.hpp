#pragma once
#include "tests/support/vitals.hpp"
#include "tests/system/cedar_fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cedar::host {

// A real host that is abused. Each test begins with host(), ends with expect_unharmed(): what the host held before
// is all that it holds after, and it serves. Other clients come from 127.0.0.2, so that their budget is their own.
class FaultsTest : public CedarTest {
protected:
    // Starts the host with these settings ("server.header_time_ms=500") and remembers what it holds at rest.
    void host(const std::vector<std::string>& settings = {}, const Process::Options& options = {});
    // The host of before has ended: another one on what it left, with these settings. Asks nothing of it.
    void host_again(const std::vector<std::string>& settings);
    // Once more, after what a test needs has begun.
    void take_base();
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] Server& server() { return *server_; }
    [[nodiscard]] const std::string& project() const { return project_; }
    [[nodiscard]] std::string socket_path() const { return "/ws/chat/" + project_; }

    // Whether another client gets its page now.
    [[nodiscard]] bool serves_others() const;
    // The value of a metric without labels.
    [[nodiscard]] double metric(const std::string& name) const;
    // Descriptors and threads are back, memory has not grown by more than `growth_kib`, and a question is answered.
    void expect_unharmed(std::size_t growth_kib = 16 * 1024);
    [[nodiscard]] Vitals vitals() const { return vitals_of(server_->process().pid()); }
    [[nodiscard]] const Vitals& base() const { return base_; }
    // "Host: localhost:<port>\r\n" and an empty line.
    [[nodiscard]] std::string host_line() const;

private:
    std::unique_ptr<Server> server_;
    std::string project_;
    Vitals base_;
};

}  // namespace cedar::host
