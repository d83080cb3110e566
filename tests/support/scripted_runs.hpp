#pragma once
#include "host/core/json.hpp"
#include "host/ports/event_log.hpp"
#include "host/ports/ids.hpp"
#include "host/ports/runs.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cedar::host {

// Runs whose events the test writes. Without a script a run is submitted and stays silent. Thread: any.
class ScriptedRuns final : public Runs {
public:
    using Script = std::function<void(ScriptedRuns& runs, const std::string& run_id)>;

    ScriptedRuns(EventLog& log, IdSource& ids) : log_(&log), ids_(&ids) {}

    [[nodiscard]] RunTicket submit(std::int64_t project_id, ChatRequest request) override {
        const auto run_id = ids_->next();
        Script script;
        {
            const std::lock_guard lock(mutex_);
            runs_.push_back({run_id, project_id, std::move(request)});
            open_[run_id] = {project_id, 0};
            script = script_;
        }
        if (script) script(*this, run_id);
        return {run_id};
    }
    bool cancel(std::string_view run_id, std::string reason) override {
        {
            const std::lock_guard lock(mutex_);
            if (open_.count(std::string(run_id)) == 0) return false;
        }
        fail(std::string(run_id), "cancelled", reason);
        return true;
    }

    void set_script(Script script) {
        const std::lock_guard lock(mutex_);
        script_ = std::move(script);
    }

    // One event. `fields`: further members as JSON text without braces, or empty.
    void emit(const std::string& run_id, std::string_view type, std::string_view fields) {
        auto event = std::make_shared<Event>();
        {
            const std::lock_guard lock(mutex_);
            auto& run = open_.at(run_id);
            event->seq = ++run.seq;
            event->project_id = run.project_id;
            if (type == "final" || type == "error") open_.erase(run_id);
        }
        event->type = type_named(type);
        event->run_id = run_id;
        event->eid = ids_->next();
        event->thread_id = 1;
        event->json = R"({"type":")" + std::string(type) + R"(","eid":")" + event->eid + R"(","run_id":")" +
                      run_id + R"(","seq":)" + std::to_string(event->seq) +
                      R"(,"t":"2026-01-02T03:04:05.000006Z","project_id":)" + std::to_string(event->project_id) +
                      R"(,"thread_id":1)" + (fields.empty() ? "" : ",") + std::string(fields) + "}";
        log_->append(event);
    }
    void begin(const std::string& run_id) {
        emit(run_id, "ack", R"("queue_position":0)");
        emit(run_id, "info", R"("stage":"submitted")");
        emit(run_id, "info", R"("stage":"planning")");
    }
    void ask(const std::string& run_id, const std::string& component) {
        emit(run_id, "action",
             R"("function":"component","text":"Dispatch )" + component + R"(","call":{"component":")" + component +
                 R"(","reason":"always"})");
    }
    void answer(const std::string& run_id, const std::string& component) {
        emit(
            run_id, "action",
            R"("function":"component_result","text":")" + component + R"( ok","call":{"component":")" + component +
                R"(","version":"1.0.0","status":"ok","error":null,"duration_ms":1.5,"attempts":1,"content_bytes":2,"content":{}})");
    }
    void finish(const std::string& run_id, std::string_view text) {
        emit(run_id, "info", R"("stage":"finalizing")");
        const auto quoted = json_string(text);
        emit(
            run_id, "final",
            R"("text":)" + quoted + R"(,"json":{"function":"final","args":{"text":)" + quoted +
                R"(,"title":"Answer","run_summary":[]}},"status":"complete","coverage":{"selected":1,"ok":1},)"
                R"("missing":[],"aggregator":{"id":"aggregator.extractive","version":"1.0.0","llm":false,"repairs":0},)"
                R"("prompts":{},)"
                R"("usage":{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost":0},)"
                R"("timing":{"total_ms":2,"queue_ms":0,"prepare_ms":0,"fan_out_ms":1,"aggregate_ms":1,"save_ms":0,)"
                R"("budget_ms":60000})");
    }
    void fail(const std::string& run_id, std::string_view error, std::string_view detail) {
        emit(run_id, "error",
             R"("error":)" + json_string(error) + R"(,"code":"cancelled","detail":)" + json_string(detail));
    }

    struct Submitted {
        std::string run_id;
        std::int64_t project_id = 0;
        ChatRequest request;
    };
    [[nodiscard]] std::vector<Submitted> submitted() const {
        const std::lock_guard lock(mutex_);
        return runs_;
    }

private:
    static EventType type_named(std::string_view name) {
        for (auto type = EventType::ack; type != EventType::error;
             type = static_cast<EventType>(static_cast<int>(type) + 1))
            if (to_string(type) == name) return type;
        return EventType::error;
    }
    struct Open {
        std::int64_t project_id = 0;
        std::uint64_t seq = 0;
    };

    EventLog* log_;
    IdSource* ids_;
    mutable std::mutex mutex_;
    Script script_;
    std::vector<Submitted> runs_;
    std::map<std::string, Open> open_;
};

}  // namespace cedar::host
