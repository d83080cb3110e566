// The parts of a fan-out, each alone. PARTS_PLUGIN=FILE: the library whose manifest is read.
#include "host/core/component.hpp"
#include "host/core/component_result.hpp"
#include "host/core/run_events.hpp"
#include "host/loader/inspection.hpp"
#include "host/runtime/deadline_heap.hpp"
#include "host/runtime/fiber.hpp"
#include "host/runtime/memory_event_log.hpp"
#include "host/runtime/random_ids.hpp"
#include "tools/bench/bench_components.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace {

using namespace cedar::host;

cedar_status copy_answer(const cedar_host*, cedar_invocation, cedar_view body) {
    static std::string kept;
    kept.assign(body.data, body.size);
    return CEDAR_OK;
}

void AbiCall(benchmark::State& state) {
    cedar_host table{};
    table.answer = copy_answer;
    cedar::bench::set_bench_host(&table);
    const cedar_entry& entry = cedar::bench::bench_entry();
    void* instance = nullptr;
    entry.create(&table, {0, 0}, {"bench.noop", 10}, {nullptr, 0}, &instance);
    const cedar_request request{sizeof(cedar_request), 0, {"{}", 2}, 0};
    for (auto _ : state) benchmark::DoNotOptimize(entry.invoke(instance, {1, 1}, &request));
}
BENCHMARK(AbiCall);

void FiberSwitchThereAndBack(benchmark::State& state) {
    const auto fiber = runtime::Fiber::create(64 * 1024);
    bool go_on = true;
    const auto job = [](void* flag) {
        while (*static_cast<bool*>(flag)) runtime::Fiber::current()->suspend();
    };
    benchmark::DoNotOptimize(fiber->start(job, &go_on));
    for (auto _ : state) benchmark::DoNotOptimize(fiber->resume());
    go_on = false;
    benchmark::DoNotOptimize(fiber->resume());
}
BENCHMARK(FiberSwitchThereAndBack);

void DeadlineSetAndMet(benchmark::State& state) {
    runtime::DeadlineHeap heap;
    for (int i = 0; i < 10000; ++i) static_cast<void>(heap.push(SteadyTime{std::chrono::milliseconds(i)}, [] {}));
    for (auto _ : state) {
        const auto id = heap.push(SteadyTime{std::chrono::milliseconds(5000)}, [] {});
        benchmark::DoNotOptimize(heap.erase(id));
    }
}
BENCHMARK(DeadlineSetAndMet);

ComponentPtr component() {
    SchemaCache cache;
    Manifest manifest;
    manifest.id = "bench.part";
    manifest.input_schema = "{}";
    manifest.output_schema =
        R"({"type":"object","required":["summary"],"properties":{"summary":{"type":"string"}},)"
        R"("additionalProperties":false})";
    return *make_component(std::move(manifest), nullptr, "bench", cache);
}

std::string answer_of(std::size_t bytes) {
    return R"({"summary":")" + std::string(bytes, 'x') + "\"}";
}

void SchemaValidateText(benchmark::State& state) {
    const auto part = component();
    const auto text = answer_of(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(part->output->validate_text(text, JsonLimits{}).has_value());
}
BENCHMARK(SchemaValidateText)->Arg(32)->Arg(1024)->Arg(65536);

void Normalise(benchmark::State& state) {
    const auto part = component();
    const auto text = answer_of(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        RawOutcome outcome;
        outcome.answered = true;
        outcome.body = text;
        benchmark::DoNotOptimize(normalise(*part, std::move(outcome)).ok());
    }
}
BENCHMARK(Normalise)->Arg(32)->Arg(1024);

void EventSerialisation(benchmark::State& state) {
    runtime::RandomIds ids;
    RunEvents events(1, ids.next(), ids);
    ComponentResult result;
    result.component = "bench.part";
    result.version = "1.0.0";
    result.status = ResultStatus::ok;
    result.content = answer_of(1024);
    const Now now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
    for (auto _ : state) benchmark::DoNotOptimize(events.component_result(now, result));
}
BENCHMARK(EventSerialisation);

void EventAppend(benchmark::State& state) {
    runtime::RandomIds ids;
    RunEvents events(1, ids.next(), ids);
    runtime::MemoryEventLog log;
    const auto event = events.info({}, "submitted");
    for (auto _ : state) log.append(event);
}
BENCHMARK(EventAppend);

void ManifestFromElfNote(benchmark::State& state) {
    const char* file = std::getenv("PARTS_PLUGIN");
    if (file == nullptr) return state.SkipWithError("set PARTS_PLUGIN to a plugin library");
    for (auto _ : state) {
        const auto found = loader::inspect_file(file);
        if (!found || !found->manifest) return state.SkipWithError("PARTS_PLUGIN has no manifest");
        benchmark::DoNotOptimize(found);
    }
}
BENCHMARK(ManifestFromElfNote);

}  // namespace

BENCHMARK_MAIN();
