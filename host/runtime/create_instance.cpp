#include "host/core/component_config.hpp"
#include "host/core/json.hpp"
#include "host/runtime/in_process_invoker.hpp"

#include <exception>
#include <utility>

namespace cedar::host::runtime {
namespace {

// The `scope` of a create: good for `fail` and `log` only.
class CreateScope final : public HostCalls {
public:
    CreateScope(HostTable& table, std::size_t error_bytes) : table_(table), error_bytes_(error_bytes) {}

    cedar_status fail(std::string_view error) override {
        if (error.size() > error_bytes_) return CEDAR_LIMIT;
        const std::lock_guard lock(mutex_);
        error_ = error;
        return CEDAR_OK;
    }
    cedar_status log(cedar_log_level level, std::string_view message) override {
        return table_.log_line(level, message);
    }
    // What `fail` was given: its message, or all of it when it has none.
    [[nodiscard]] std::string why() const {
        const std::lock_guard lock(mutex_);
        if (const auto document = parse_json(error_); document && document->IsObject()) {
            if (const auto message = string_member(*document, "message"); !message.empty()) {
                return std::string(message);
            }
        }
        return to_utf8(error_);
    }

private:
    HostTable& table_;
    const std::size_t error_bytes_;
    mutable std::mutex mutex_;
    std::string error_;
};

ErrorCode to_error_code(cedar_status status) {
    switch (status) {
        case CEDAR_INVALID_ARGUMENT:
        case CEDAR_INVALID_CONFIG: return ErrorCode::invalid_argument;
        case CEDAR_NOT_FOUND: return ErrorCode::not_found;
        case CEDAR_DENIED: return ErrorCode::denied;
        case CEDAR_UNSUPPORTED: return ErrorCode::unsupported;
        case CEDAR_LIMIT: return ErrorCode::limit;
        case CEDAR_UNAVAILABLE: return ErrorCode::unavailable;
        default: return ErrorCode::internal;
    }
}

std::string_view to_words(cedar_status status) {
    switch (status) {
        case CEDAR_INVALID_ARGUMENT:
        case CEDAR_INVALID_CONFIG: return "refuses its configuration";
        case CEDAR_NOT_FOUND: return "is not in this library, though its manifest is";
        default: return "could not be created";
    }
}

struct Created {
    cedar_status status = CEDAR_INTERNAL;
    void* instance = nullptr;
    std::string why;
};

Created call_create(InProcessRuntime& runtime, const cedar_entry& entry, const Manifest& manifest,
                    std::string_view config_json) {
    const auto scope = std::make_shared<CreateScope>(runtime.table, runtime.options.limits.error_bytes);
    const cedar_invocation token = runtime.table.slots.acquire(scope);
    Created created;
    std::string thrown;
    try {
        created.status = entry.create(&runtime.table, token, {manifest.id.data(), manifest.id.size()},
                                      {config_json.data(), config_json.size()}, &created.instance);
    } catch (const std::exception& error) {
        thrown = std::string("it threw ") + error.what();
    } catch (...) {
        thrown = "it threw an unknown exception";
    }
    runtime.table.slots.release(token);
    created.why = thrown.empty() ? scope->why() : thrown;
    return created;
}

}  // namespace

Result<std::shared_ptr<Invoker>> InProcessInvoker::create(std::shared_ptr<InProcessRuntime> runtime,
                                                          const cedar_entry& entry, const Manifest& manifest,
                                                          std::string_view config_json,
                                                          std::shared_ptr<const void> lease,
                                                          std::shared_ptr<const os::Culprit> culprit) {
    if (const auto valid = check_config(manifest, config_json); !valid) {
        Error error = valid.error();
        error.message = manifest.id + ": configuration: " + error.message;
        return error;
    }
    Created created;
    if (culprit) {
        const os::RunsCode here(*culprit);
        created = call_create(*runtime, entry, manifest, config_json);
    } else {
        created = call_create(*runtime, entry, manifest, config_json);
    }
    if (created.status == CEDAR_OK) {
        return std::shared_ptr<Invoker>(std::make_shared<InProcessInvoker>(
            std::move(runtime), entry, manifest, created.instance, std::move(lease), std::move(culprit)));
    }
    Error error;
    error.code = to_error_code(created.status);
    error.message = manifest.id + " " + std::string(to_words(created.status));
    if (!created.why.empty()) error.message += ": " + created.why;
    error.detail = "create returned status " + std::to_string(created.status);
    return error;
}

}  // namespace cedar::host::runtime
