#include "host/worker/probe_session.hpp"

#include "host/core/error.hpp"
#include "host/loader/library.hpp"

#include <exception>

namespace cedar::host::worker {
namespace {

using Refusal = LoadedMessage::Refusal;

std::string with_words(std::string what, const std::string& words) {
    return words.empty() ? what : what + ": " + words;
}

Refusal refusal_of(const std::string& id, cedar_status status, const std::string& words) {
    const bool config = status == CEDAR_INVALID_CONFIG || status == CEDAR_INVALID_ARGUMENT;
    const std::string what = config                      ? "refuses its configuration"
                             : status == CEDAR_NOT_FOUND ? "is not in this library, though its manifest is"
                                                         : "could not be created";
    const ErrorCode code = config ? ErrorCode::invalid_argument : ErrorCode::internal;
    return {id, with_words(id + " " + what, words), static_cast<std::uint32_t>(code)};
}

// The configuration was checked against its schema before it was sent.
void try_component(const cedar_entry& entry, const ComponentMessage& component, ProbeTable& table,
                   LoadedMessage& out) {
    void* instance = nullptr;
    cedar_status status = CEDAR_INTERNAL;
    static_cast<void>(table.take_words());
    try {
        status = entry.create(&table, cedar_invocation{1, 1}, {component.id.data(), component.id.size()},
                              {component.config.data(), component.config.size()}, &instance);
        if (status == CEDAR_OK) return entry.destroy(instance);
    } catch (const std::exception& thrown) {
        table.note(std::string("it threw ") + thrown.what(), true);
    } catch (...) {
        table.note("it threw an unknown exception", true);
    }
    out.refusals.push_back(refusal_of(component.id, status, table.take_words()));
}

}  // namespace

LoadedMessage probe_library(const LoadMessage& request, ProbeTable& table) {
    LoadedMessage out;
    static_cast<void>(table.take_words());
    auto library = loader::Library::load(request.copy);
    if (!library) {
        out.failure = library.error().message;
        return out;
    }
    if (auto ready = library->init(table); !ready) {
        out.failure = with_words(ready.error().message, table.take_words());
        return out;
    }
    for (const ComponentMessage& component : request.components) {
        try_component(library->entry(), component, table, out);
    }
    return out;  // and `deinit`
}

}  // namespace cedar::host::worker
