#include "host/app/variables.hpp"

#include "host/app/env_file.hpp"

#include <algorithm>
#include <span>

namespace cedar::host::app {

Variables::Variables(const std::vector<std::pair<std::string, std::string>>& environment) {
    sources_.push_back({OriginKind::environment, {}, environment});
}

void Variables::add_file(std::string_view text, const std::string& file,
                         std::span<const std::string_view> skipped) {
    EnvFile read = parse_env_file(text, file);
    problems_.insert(problems_.end(), read.problems.begin(), read.problems.end());
    for (const std::string_view name : skipped) {
        const auto gone = std::erase_if(read.variables, [name](const auto& one) { return one.first == name; });
        if (gone > 0) problems_.push_back(file + ": " + std::string(name) + " does not count in this file");
    }
    sources_.push_back({OriginKind::env_file, file, std::move(read.variables)});
}

std::string_view Variables::value_in(const Source& source, std::string_view name) {
    for (const auto& [key, value] : source.variables) {
        if (key == name && !value.empty()) return value;
    }
    return {};
}

Variables::Found Variables::find(std::string_view name) const {
    return find_first({&name, 1});
}

Variables::Found Variables::find_first(std::span<const std::string_view> names) const {
    for (const Source& source : sources_) {
        for (const std::string_view name : names) {
            if (name.empty()) continue;
            const auto value = value_in(source, name);
            if (value.empty()) continue;
            const std::string where(name);
            return {value, {source.kind, source.file.empty() ? where : where + " in " + source.file}};
        }
    }
    return {};
}

std::vector<std::string> Variables::all_values(std::span<const std::string_view> names) const {
    std::vector<std::string> values;
    for (const Source& source : sources_) {
        for (const std::string_view name : names) {
            if (const auto value = value_in(source, name); !value.empty()) values.emplace_back(value);
        }
    }
    return values;
}

}  // namespace cedar::host::app
