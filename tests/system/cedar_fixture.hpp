#pragma once
#include "tests/integration/http/client.hpp"
#include "tests/support/event_schema.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cedar::host {

// What a program that has ended left behind.
struct Ended {
    int code = -1;
    std::string out, err;
};

// A data directory of its own, and the built program to use it with. No server of another test is in the way: ports
// are free ones, unless a test is about ports.
class CedarTest : public testing::Test {
protected:
    // The whole command line for the program, the data directory included.
    std::vector<std::string> command(std::vector<std::string> arguments) const;
    Ended run(std::vector<std::string> arguments, const Process::Options& options = {}) const;

    // `cedar serve` on a free port; serving when this returns.
    class Server {
    public:
        Server(const CedarTest& test, std::vector<std::string> arguments, const Process::Options& options = {});
        [[nodiscard]] std::uint16_t port() const { return port_; }
        [[nodiscard]] Process& process() { return process_; }
        // SIGTERM, then its exit code.
        int stop();

    private:
        std::string port_file_;
        Process process_;
        std::uint16_t port_ = 0;
    };
    std::unique_ptr<Server> serve(std::vector<std::string> arguments = {},
                                  const Process::Options& options = {}) const;

    // Makes a project with one small document about roofs in it.
    void import_roofs() const;
    // The id of the project, asked from the server.
    std::string project_id(const Server& server) const;

    const std::string data() const { return (folder_ / "data").string(); }
    TempFolder folder_;
};

inline constexpr const char* kExtractive = "aggregator.extractive";

// What a run showed on its socket. Every event was checked against the schema, its number and its place.
struct SeenRun {
    std::vector<std::string> events;
    std::string last_type;  // "final", "error", or empty if the socket ended before
    unsigned close_code = 0;
    [[nodiscard]] std::string all() const;
};
// Sends `request` on a new chat socket and reads until it closes.
SeenRun chat(std::uint16_t port, const std::string& project, const std::string& request);
// Reads from an open socket until the terminal event.
SeenRun read_run(http::Client& client);

// The member of an event, as text.
std::string member(const std::string& json, const std::string& name);

}  // namespace cedar::host
