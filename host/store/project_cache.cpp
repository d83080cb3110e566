#include "host/store/project_cache.hpp"

#include <algorithm>
#include <utility>

namespace cedar::host::store {

ProjectCache::ProjectCache(Layout layout, ProjectRegistry& registry, std::size_t open_max,
                           std::chrono::milliseconds busy_timeout, Log& log)
    : layout_(std::move(layout)),
      registry_(registry),
      open_max_(std::max<std::size_t>(open_max, 1)),
      busy_timeout_(busy_timeout),
      log_(log) {}

ProjectDatabase& ProjectCache::get(std::int64_t project_id) {
    const Project project = registry_.find(project_id);
    const auto found = std::ranges::find(open_, project_id, &ProjectDatabase::project_id);
    if (found != open_.end()) {
        open_.splice(open_.begin(), open_, found);
        return open_.front();
    }
    open_.push_front(open_project(layout_, project, busy_timeout_, log_));
    while (open_.size() > open_max_) open_.pop_back();
    registry_.thread_ids_used_up_to(open_.front().last_thread);
    return open_.front();
}

void ProjectCache::drop(std::int64_t project_id) {
    std::erase_if(open_, [project_id](const ProjectDatabase& open) { return open.project_id == project_id; });
}

}  // namespace cedar::host::store
