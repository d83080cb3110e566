#include "host/services/prompt_files.hpp"

#include "host/ports/log.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace cedar::host::services {

namespace {

constexpr std::size_t kNameMax = 128;

// Letters, digits, '_', '-', and '.' in component ids; so no name leads out of its folder.
bool is_safe(std::string_view name, bool dots) {
    if (name.empty() || name.size() > kNameMax || name.front() == '.' || name.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(name, [dots](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               (dots && c == '.');
    });
}

}  // namespace

PromptFiles::PromptFiles(std::filesystem::path folder, Log& log) : folder_(std::move(folder)), log_(log) {}

Result<PromptFiles::Found> PromptFiles::get(std::string_view component, std::string_view name) {
    if (!is_safe(component, true) || !is_safe(name, false)) {
        return Error{ErrorCode::invalid_argument,
                     "prompt name: expected up to 128 letters, digits, '_' and '-', got another text",
                     {}};
    }
    const std::string id = std::string(component) + "/" + std::string(name);
    const auto file = folder_ / (id + ".md");
    const Stamp stamp = stamp_of(file);
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(id);
    if (known != entries_.end() && known->second.stamp == stamp) return known->second.found;
    auto fresh = read(id, file);
    if (fresh) return entries_.insert_or_assign(id, Entry{stamp, {std::move(*fresh), {}}}).first->second.found;
    if (known == entries_.end()) return fresh.error();
    Entry& entry = known->second;
    entry.stamp = stamp;
    entry.found.problem =
        fresh.error().message + "; version " + entry.found.prompt->version + " as read before stays in use";
    warn(entry.found.problem);
    return entry.found;
}

PromptFiles::Stamp PromptFiles::stamp_of(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return {};
    return {facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec, facts.st_size,
            static_cast<std::int64_t>(facts.st_ino)};
}

Result<std::shared_ptr<const PromptTemplate>> PromptFiles::read(const std::string& id,
                                                                const std::filesystem::path& file) const {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(file, failure)) {
        return Error{ErrorCode::not_found, "there is no prompt " + id + ".md in the prompts folder", file.string()};
    }
    if (std::filesystem::file_size(file, failure) > kTemplateMax) {
        return Error{ErrorCode::limit, id + ".md: expected at most 262144 bytes, got more", file.string()};
    }
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) return Error{ErrorCode::io, id + ".md: cannot be read", file.string()};
    auto parsed = parse_prompt(id, text);
    if (!parsed) return parsed.error();
    return std::make_shared<const PromptTemplate>(std::move(*parsed));
}

void PromptFiles::warn(const std::string& problem) const {
    LogRecord record;
    record.level = LogLevel::warn;
    record.stage = "prompts";
    record.message = problem;
    log_.write(record);
}

}  // namespace cedar::host::services
