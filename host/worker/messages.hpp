#pragma once
#include "host/worker/fields.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cedar::host::worker {

// What one invocation may use; runtime::InvocationLimits on its way.
struct LimitsMessage {
    std::uint64_t answer_bytes = 0, error_bytes = 0, calls_at_once = 0, call_body_bytes = 0, emit_bytes = 0,
                  emit_bytes_total = 0, log_bytes = 0;
    std::uint32_t emits_at_once = 0, emits_per_second = 0, logs_at_once = 0, logs_per_second = 0;

    template <class F>
    void fields(F& f) {
        f(answer_bytes, error_bytes, calls_at_once, call_body_bytes, emit_bytes, emit_bytes_total, log_bytes,
          emits_at_once, emits_per_second, logs_at_once, logs_per_second);
    }
};

// host → worker, first: what this process is to be, and what it may not do.
struct StartMessage {
    bool probes = false;   // it is to probe libraries, not to run them
    bool confined = true;  // seccomp and Landlock; the rest holds always
    std::int32_t host_pid = 0;
    std::string temp_folder;            // its own, writable; TMPDIR
    std::vector<std::string> readable;  // folders besides the system's
    std::uint64_t memory_bytes = 0;     // of data, heap and stacks; 0: no limit
    std::uint64_t file_bytes = 0;       // of one file that it writes
    std::uint32_t descriptors_max = 0;  // open at once
    std::uint32_t blocking_threads_max = 16, fibers_max = 1024;
    std::int64_t hog_limit_ms = 20, unwind_margin_ms = 5;
    LimitsMessage limits;
    std::vector<std::string> services;  // that the host has

    template <class F>
    void fields(F& f) {
        f(probes, confined, host_pid, temp_folder, readable, memory_bytes, file_bytes, descriptors_max,
          blocking_threads_max, fibers_max, hog_limit_ms, unwind_margin_ms, limits, services);
    }
};

// worker → host, in answer to start: what is enforced on it, as it found by trying.
struct HelloMessage {
    struct Fact {
        std::string name;  // "network", "files", …
        bool enforced = false;
        std::string words;  // by what, or why not
        template <class F>
        void fields(F& f) {
            f(name, enforced, words);
        }
    };
    std::vector<Fact> facts;
    std::string failure;  // it could not begin

    template <class F>
    void fields(F& f) {
        f(facts, failure);
    }
};

// One component of a plugin, with its configuration (JSON, or empty).
struct ComponentMessage {
    std::string id, config;
    template <class F>
    void fields(F& f) {
        f(id, config);
    }
};

// host → worker: load this library and create these. Also of probe, where all of it is undone again. id: the
// plugin.
struct LoadMessage {
    std::string copy;  // the host's own copy of the library
    std::vector<ComponentMessage> components;

    template <class F>
    void fields(F& f) {
        f(copy, components);
    }
};

// worker → host: what came of a load or of a probe. id: the plugin.
struct LoadedMessage {
    std::string failure;  // of the library; empty: it is loaded
    struct Refusal {
        std::string id;
        std::string reason;
        std::uint32_t code = 0;  // ErrorCode
        template <class F>
        void fields(F& f) {
            f(id, reason, code);
        }
    };
    std::vector<Refusal> refusals;  // components that could not be created

    template <class F>
    void fields(F& f) {
        f(failure, refusals);
    }
};

// host → worker. id: the invocation.
struct InvokeMessage {
    std::string component;
    std::int64_t deadline_ns = 0;  // CLOCK_MONOTONIC
    std::string body;
    template <class F>
    void fields(F& f) {
        f(component, deadline_ns, body);
    }
};

// worker → host: the end. id: the invocation.
struct EndedMessage {
    // `status` and what follows as they came over the boundary; or the runtime decided: it never began.
    bool decided = false;
    std::int32_t status = 0;  // cedar_status, or ResultStatus when decided
    bool answered = false;
    std::string body, error_json;
    std::int64_t duration_us = 0;
    template <class F>
    void fields(F& f) {
        f(decided, status, answered, body, error_json, duration_us);
    }
};

// worker → host. id: the call, unique in the life of the process.
struct CallMessage {
    std::uint64_t invocation = 0;
    std::string service, body;
    template <class F>
    void fields(F& f) {
        f(invocation, service, body);
    }
};

// host → worker. id: the call.
struct ReplyMessage {
    std::int32_t status = 0;  // cedar_status
    std::string body;
    template <class F>
    void fields(F& f) {
        f(status, body);
    }
};

// worker → host. id: the invocation.
struct EmitMessage {
    std::uint8_t kind = 0;  // EmitKind
    std::string body;
    template <class F>
    void fields(F& f) {
        f(kind, body);
    }
};

// worker → host. id: the invocation, or 0.
struct LogMessage {
    std::uint8_t level = 0;  // LogLevel
    std::string component, stage, text;
    template <class F>
    void fields(F& f) {
        f(level, component, stage, text);
    }
};

}  // namespace cedar::host::worker
