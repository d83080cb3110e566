#pragma once
#include "host/ports/service.hpp"

#include <filesystem>
#include <memory>

namespace cedar::host {
class Log;
class Store;
}  // namespace cedar::host

namespace cedar::host::services {

// "store.search": {"query": string, "file_id"?: integer, "limit"?: 1 to 200, default 20} ->
// {"results": [{"chunk_id","file_id","source","char_start","char_end","text","score"}]}, best first, from the
// project of the run. A blank query finds nothing. `store` outlives the service and its calls. Thread: any.
[[nodiscard]] std::shared_ptr<Service> make_store_search(Store& store);

// "prompt.render": {"name": string, "version"?: string, "values"?: object} ->
// {"messages": [{"role","content"}], "hash": sha256 of the file in hex, "version": string}. Renders
// `<prompts_dir>/<component that asks>/<name>.md` (format: prompts/README.md). A changed file is read again;
// if it is broken the last good one serves on and `log` says why. `log` outlives the service. Thread: any.
[[nodiscard]] std::shared_ptr<Service> make_prompt_render(std::filesystem::path prompts_dir, Log& log);

// "timer.sleep": {"ms": 0 to 600000} -> {"slept_ms": integer}. Ends at the call's deadline (CEDAR_DEADLINE) or on
// cancel (CEDAR_CANCELLED) if that comes first. One thread and one heap for all sleepers, at most 100000 at once
// (CEDAR_LIMIT beyond). Replies come from that thread; the destructor answers what still sleeps with
// CEDAR_CANCELLED. Thread: any.
[[nodiscard]] std::shared_ptr<Service> make_timer_sleep();

}  // namespace cedar::host::services
