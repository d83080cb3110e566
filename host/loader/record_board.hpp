#pragma once
#include "host/loader/catalogue.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace cedar::host::loader {

// What everybody may read of the plugins at any time: the records as last published, and what drains beside them
// until nobody runs it any more. Thread: any.
class RecordBoard {
public:
    void publish(RecordsPtr records) {
        const std::lock_guard lock(mutex_);
        records_ = std::move(records);
    }
    // `record` is shown until `lease` has gone.
    void drain(std::weak_ptr<const void> lease, PluginRecord record) {
        const std::lock_guard lock(mutex_);
        draining_.emplace_back(std::move(lease), std::move(record));
    }
    // The same object as long as nothing has changed and nothing drains.
    [[nodiscard]] RecordsPtr read() const {
        const std::lock_guard lock(mutex_);
        std::erase_if(draining_, [](const auto& one) { return one.first.expired(); });
        if (draining_.empty()) return records_;
        std::vector<PluginRecord> all = *records_;
        for (const auto& [lease, record] : draining_) all.push_back(record);
        return std::make_shared<const std::vector<PluginRecord>>(std::move(all));
    }

private:
    mutable std::mutex mutex_;
    RecordsPtr records_ = std::make_shared<const std::vector<PluginRecord>>();
    mutable std::vector<std::pair<std::weak_ptr<const void>, PluginRecord>> draining_;
};

}  // namespace cedar::host::loader
