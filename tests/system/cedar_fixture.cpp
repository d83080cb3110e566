#include "cedar_fixture.hpp"

#include "host/core/json.hpp"

#include <fstream>

namespace cedar::host {
namespace {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void check_event(SeenRun& run, const std::string& json) {
    run.events.push_back(json);
    EXPECT_TRUE(is_event(json));
    EXPECT_EQ(member(json, "seq"), std::to_string(run.events.size())) << json;
    EXPECT_EQ(member(json, "run_id"), member(run.events.front(), "run_id")) << json;
    const std::string type = member(json, "type");
    if (type == "final" || type == "error") run.last_type = type;
}

}  // namespace

std::vector<std::string> CedarTest::command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), CEDAR_PROGRAM);
    arguments.insert(arguments.begin() + 2, {"--data-dir", data()});
    return arguments;
}

Ended CedarTest::run(std::vector<std::string> arguments, const Process::Options& options) const {
    Process process(command(std::move(arguments)), options);
    const int code = process.wait();
    return {code, process.out(), process.err()};
}

CedarTest::Server::Server(const CedarTest& test, std::vector<std::string> arguments,
                          const Process::Options& options)
    : port_file_((test.folder_ / "port").string()),
      process_(
          [&] {
              std::filesystem::remove(port_file_);
              std::vector<std::string> all{
                  "serve", "--port", "0", "--port-file", port_file_, "--set", "loader.start_wait_ms=3600000"};
              all.insert(all.end(), arguments.begin(), arguments.end());
              return test.command(std::move(all));
          }(),
          options) {
    if (!eventually([this] { return !read_file(port_file_).empty() || !process_.running(); })) {
        throw std::runtime_error("the server does not listen: " + process_.err());
    }
    if (!process_.running()) throw std::runtime_error("the server has ended: " + process_.err());
    port_ = static_cast<std::uint16_t>(std::stoi(read_file(port_file_)));
}

int CedarTest::Server::stop() {
    process_.kill(SIGTERM);
    return process_.wait();
}

std::unique_ptr<CedarTest::Server> CedarTest::serve(std::vector<std::string> arguments,
                                                    const Process::Options& options) const {
    return std::make_unique<Server>(*this, std::move(arguments), options);
}

void CedarTest::import_roofs() const {
    const auto file =
        folder_.write("roofs.md", "# Roofs\n\nA slate roof lasts a hundred years. A thatched roof burns.\n");
    const Ended imported = run({"import", "--project", "houses", file.string()});
    ASSERT_EQ(imported.code, 0) << imported.err;
}

std::string CedarTest::project_id(const Server& server) const {
    http::Client client(server.port());
    const auto answer = client.ask("POST", "/projects/create", "title=houses");
    EXPECT_TRUE(answer && answer->status == 303) << "no redirect";
    const std::string place = answer ? answer->fields.at("location") : "/project/0";
    return place.substr(place.rfind('/') + 1);
}

std::string SeenRun::all() const {
    std::string text;
    for (const std::string& event : events) text += event + "\n";
    return text;
}

SeenRun read_run(http::Client& client) {
    SeenRun run;
    while (run.last_type.empty()) {
        const std::string event = client.next_text();
        if (event.empty()) break;
        check_event(run, event);
    }
    return run;
}

SeenRun chat(std::uint16_t port, const std::string& project, const std::string& request) {
    http::Client client(port);
    if (!client.open("/ws/chat/" + project) || !client.text(request)) return {};
    SeenRun run = read_run(client);
    run.close_code = client.close_code();
    return run;
}

std::string member(const std::string& json, const std::string& name) {
    const auto parsed = parse_json(json, {.max_bytes = json.size() + 1});
    if (!parsed || !parsed->IsObject()) return {};
    const JsonValue* value = find_member(*parsed, name);
    if (value == nullptr) return {};
    return value->IsString() ? std::string(string_member(*parsed, name)) : to_json(*value);
}

}  // namespace cedar::host
