#include "host/app/isolation.hpp"

#include "host/app/options.hpp"
#include "host/core/json.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace cedar::host::app {
namespace {

constexpr std::string_view kGroup = "group:";

using Rule = std::pair<std::string_view, std::string_view>;

// "NAME=WHAT"
Rule rule_of(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {text, {}};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<loader::Placement> mode_of(std::string_view text) {
    loader::Placement placement;
    if (text == "in-process") return placement;
    placement.mode = loader::PluginMode::process;
    if (text == "process") return placement;
    if (!text.starts_with(kGroup) || text.size() == kGroup.size()) return std::nullopt;
    placement.mode = loader::PluginMode::group;
    placement.group = text.substr(kGroup.size());
    return placement;
}

bool is_of(std::string_view pattern, std::string_view name) {
    return pattern == "*" || pattern == name;
}

std::string name_of(std::string_view file) {
    return std::filesystem::path(file).filename().string();
}

Error bad(std::string_view key, const std::string& expected, const std::string& got) {
    return {
        ErrorCode::invalid_argument, std::string(key) + ": expected " + expected + ", got " + json_string(got), {}};
}

std::filesystem::path temp_folder(const Config& config) {
    return config.path("data_dir") / "cache" / "workers";
}

}  // namespace

loader::Placement place(const Config& config, const loader::PluginLedger& ledger, bool builtin,
                        const std::filesystem::path& file, const std::string& sha256) {
    const bool trusted = ledger.trusts(sha256);
    const std::string& fallback = config.text("isolation.default");
    std::string mode = fallback == "auto" ? (builtin || trusted ? "in-process" : "process") : fallback;
    const std::string name = file.filename().string();
    for (const std::string& text : config.list("isolation.modes")) {
        if (const Rule rule = rule_of(text); rule.first == name) mode = rule.second;
    }
    loader::Placement placement = mode_of(mode).value_or(loader::Placement{});  // checked at the start
    placement.probed = !builtin;
    placement.confined = !trusted && placement.mode != loader::PluginMode::in_process;
    return placement;
}

std::filesystem::path ledger_file(const Config& config) {
    return config.path("data_dir") / "plugins.json";
}

std::filesystem::path crash_folder(const Config& config) {
    return config.path("data_dir") / "crashes";
}

Result<void> check_isolation(const Config& config) {
    for (const std::string& text : config.list("isolation.modes")) {
        const Rule rule = rule_of(text);
        if (!rule.first.empty() && mode_of(rule.second)) continue;
        return bad("isolation.modes", "FILE=in-process, FILE=process or FILE=group:NAME", text);
    }
    for (const char* key : {"policy.allow", "policy.deny"}) {
        for (const std::string& text : config.list(key)) {
            const Rule rule = rule_of(text);
            if (!rule.first.empty() && !rule.second.empty()) continue;
            return bad(key, "FILE=SERVICE, either of them * for all", text);
        }
    }
    return {};
}

std::string policy_denial(const Config& config, std::string_view plugin_file, std::string_view service) {
    const std::string name = name_of(plugin_file);
    const auto applies = [&](const std::string& text) {
        const Rule rule = rule_of(text);
        return is_of(rule.first, name) && is_of(rule.second, service);
    };
    const auto& allow = config.list("policy.allow");
    const auto& deny = config.list("policy.deny");
    if (std::ranges::any_of(deny, applies)) return name + " may not use " + std::string(service) + " [policy.deny]";
    const bool listed =
        std::ranges::any_of(allow, [&](const auto& text) { return is_of(rule_of(text).first, name); });
    if (!listed || std::ranges::any_of(allow, applies)) return {};
    return name + " may not use " + std::string(service) + ", which is not among what it may use [policy.allow]";
}

worker::WorkerOptions worker_options(const Config& config) {
    const runtime::InProcessOptions in_process = in_process_options(config);
    worker::WorkerOptions options;
    options.limits = in_process.limits;
    options.hog_limit = in_process.hog_limit;
    options.unwind_margin = in_process.unwind_margin;
    options.grace = config.milliseconds("worker.grace_ms");
    options.blocking_threads_max = static_cast<unsigned>(config.size("worker.blocking_threads_max"));
    options.fibers_max = static_cast<unsigned>(config.size("worker.fibers_max"));
    options.open_max = config.size("worker.queue_max");
    options.memory_bytes = config.size("worker.memory_bytes");
    options.file_bytes = config.size("worker.file_bytes");
    options.descriptors_max = static_cast<unsigned>(config.size("worker.descriptors_max"));
    options.breaker.failures = static_cast<std::uint32_t>(config.size("worker.breaker_failures"));
    options.breaker.pause = config.milliseconds("worker.breaker_pause_ms");
    options.breaker.pause_max = config.milliseconds("worker.breaker_pause_max_ms");
    options.quarantine_crashes = static_cast<unsigned>(config.size("worker.quarantine_crashes"));
    options.quarantine_window =
        std::chrono::duration_cast<std::chrono::seconds>(config.milliseconds("worker.quarantine_window_ms"));
    options.temp_folder = temp_folder(config);
    return options;
}

worker::ProberOptions prober_options(const Config& config) {
    worker::ProberOptions options;
    options.time_limit = config.milliseconds("worker.probe_time_ms");
    const auto chosen = static_cast<unsigned>(config.size("worker.probes_at_once"));
    options.at_once = chosen > 0 ? chosen : std::max(1U, std::thread::hardware_concurrency());
    options.memory_bytes = config.size("worker.memory_bytes");
    options.file_bytes = config.size("worker.file_bytes");
    options.descriptors_max = static_cast<unsigned>(config.size("worker.descriptors_max"));
    options.cache = config.path("data_dir") / "cache" / "probes";
    options.temp_folder = temp_folder(config) / "probe";
    options.host_version = CEDAR_VERSION;
    return options;
}

}  // namespace cedar::host::app
