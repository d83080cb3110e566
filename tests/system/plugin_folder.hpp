#pragma once
#include "cedar_fixture.hpp"
#include "host/core/json.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host {

// What GET /api/plugins says of one file.
struct ListedPlugin {
    std::string state, reason, mode, generation;
};

// What one component of a run came to.
struct ListedResult {
    std::string status, code, message, content;
};

// A process from outside: what it holds open, and who descends from it.
struct ProcessUse {
    std::size_t descriptors = 0, threads = 0, children = 0;
};

// A host over a plugin folder that a test changes.
class PluginFolderTest : public CedarTest {
protected:
    void SetUp() override { std::filesystem::create_directories(plugins()); }
    [[nodiscard]] std::filesystem::path plugins() const { return folder_ / "plugins"; }

    // Puts a fixture in place of what is there, at once.
    void drop(std::string_view fixture, std::string_view as = {}) const {
        const std::string name = as.empty() ? std::string(fixture) + ".so" : std::string(as);
        std::filesystem::copy_file(std::filesystem::path(CEDAR_BAD_PLUGINS) / (std::string(fixture) + ".so"),
                                   folder_ / "incoming");
        std::filesystem::rename(folder_ / "incoming", plugins() / name);
    }
    void remove(std::string_view name) const { std::filesystem::remove(plugins() / name); }

    // Whether the built program knows other places to run components than its own process.
    [[nodiscard]] bool has_worker_processes() const {
        return run({"config", "--describe"}).out.find("`isolation.default`") != std::string::npos;
    }

    [[nodiscard]] std::unique_ptr<Server> serve_folder(std::vector<std::string> more = {}) const {
        std::vector<std::string> line{"--plugins", plugins().string(), "--aggregator", "fixture.aggregates"};
        line.insert(line.end(), more.begin(), more.end());
        return serve(line);
    }

    // All records of a file: the one of the file itself, then what drains.
    [[nodiscard]] static std::vector<ListedPlugin> listed(const Server& server, std::string_view name) {
        http::Client client(server.port());
        const auto answer = client.ask("GET", "/api/plugins");
        const auto body =
            answer ? parse_json(answer->body, {.max_bytes = std::size_t{16} << 20}) : parse_json("{}");
        std::vector<ListedPlugin> found;
        const JsonValue* all = body ? find_member(*body, "plugins") : nullptr;
        if (all == nullptr || !all->IsArray()) return found;
        for (const JsonValue& one : all->GetArray()) {
            if (!string_member(one, "file").ends_with("/" + std::string(name))) continue;
            const JsonValue* generation = find_member(one, "generation");
            found.push_back({std::string(string_member(one, "state")), std::string(string_member(one, "reason")),
                             std::string(string_member(one, "mode")),
                             generation == nullptr ? std::string() : to_json(*generation)});
        }
        return found;
    }
    // Waits until something has become of a file, and says what.
    [[nodiscard]] static ListedPlugin settled(const Server& server, std::string_view name) {
        ListedPlugin last;
        EXPECT_TRUE(eventually([&] {
            const auto all = listed(server, name);
            if (!all.empty()) last = all.front();
            return !all.empty() && last.state != "found" && last.state != "probing" && last.state != "draining";
        })) << name
            << ": " << last.state;
        return last;
    }
    [[nodiscard]] static bool becomes(const Server& server, std::string_view name, std::string_view state,
                                      std::string_view generation) {
        return eventually([&] {
            const auto all = listed(server, name);
            return !all.empty() && all.front().state == state && all.front().generation == generation;
        });
    }

    [[nodiscard]] static std::string request(const std::vector<std::string>& components) {
        std::string names;
        for (const std::string& one : components) names += (names.empty() ? "\"" : ",\"") + one + "\"";
        return R"({"action":"chat","content":"hello","components":[)" + names + "]}";
    }

    [[nodiscard]] static ListedResult result_of(const SeenRun& run, std::string_view component) {
        for (const std::string& event : run.events) {
            const auto parsed = parse_json(event, {.max_bytes = event.size() + 1});
            if (!parsed || string_member(*parsed, "function") != "component_result") continue;
            const JsonValue* call = find_member(*parsed, "call");
            if (call == nullptr || string_member(*call, "component") != component) continue;
            ListedResult result;
            result.status = string_member(*call, "status");
            if (const JsonValue* error = find_member(*call, "error"); error != nullptr && error->IsObject()) {
                result.code = string_member(*error, "code");
                result.message = string_member(*error, "message");
            }
            if (const JsonValue* content = find_member(*call, "content"); content != nullptr) {
                result.content = to_json(*content);
            }
            return result;
        }
        return {};
    }

    [[nodiscard]] static ProcessUse use_of(pid_t process) {
        const std::string place = "/proc/" + std::to_string(process);
        ProcessUse use;
        use.descriptors = entries(place + "/fd");
        use.threads = entries(place + "/task");
        use.children = descendants(process);
        return use;
    }
    [[nodiscard]] static bool is_back(pid_t process, const ProcessUse& base) {
        const ProcessUse now = use_of(process);
        return now.descriptors <= base.descriptors && now.threads <= base.threads && now.children <= base.children;
    }

private:
    [[nodiscard]] static std::size_t entries(const std::string& folder) {
        std::error_code gone;
        std::size_t count = 0;
        for (std::filesystem::directory_iterator at(folder, gone), end; !gone && at != end; at.increment(gone))
            ++count;
        return count;
    }
    [[nodiscard]] static std::size_t descendants(pid_t process) {
        std::size_t count = 0;
        std::error_code gone;
        const std::string tasks = "/proc/" + std::to_string(process) + "/task";
        for (std::filesystem::directory_iterator at(tasks, gone), end; !gone && at != end; at.increment(gone)) {
            std::ifstream children(at->path() / "children");
            for (pid_t child = 0; children >> child;) count += 1 + descendants(child);
        }
        return count;
    }
};

}  // namespace cedar::host
