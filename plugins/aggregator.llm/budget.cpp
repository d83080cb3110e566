#include "budget.hpp"

#include <cedar/convert.hpp>

#include <algorithm>
#include <numeric>

namespace aggregator {
namespace {

constexpr std::string_view kCut = " … [cut]";

// Whole items from the front, as far as they fit. Empty: not a list of passages, or none of them fits.
std::string fewer_results(const cedar::Json& content, std::size_t limit) {
    std::map<std::string, cedar::Json> object;
    std::vector<cedar::Json> results;
    try {
        object = content.as<std::map<std::string, cedar::Json>>();
        const auto found = object.find("results");
        if (found == object.end()) return {};
        results = found->second.as<std::vector<cedar::Json>>();
    } catch (const cedar::Error&) {
        return {};  // of another shape
    }
    object.erase("results");
    object["omitted"] = cedar::Json("0");
    std::size_t size = cedar::to_json(object).size() + 24;
    std::size_t kept = 0;
    while (kept < results.size() && size + results[kept].text().size() + 1 <= limit)
        size += results[kept++].text().size() + 1;
    if (kept == 0) return {};
    object["omitted"] = cedar::Json(std::to_string(results.size() - kept));
    results.resize(kept);
    object["results"] = cedar::json_of(results);
    return cedar::to_json(object);
}

}  // namespace

std::vector<std::size_t> shares(const std::vector<std::size_t>& needs, std::size_t room) {
    std::vector<std::size_t> order(needs.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t one, std::size_t other) { return needs[one] < needs[other]; });
    std::vector<std::size_t> out(needs.size());
    std::size_t left = needs.size();
    for (const auto index : order) {
        out[index] = std::min(needs[index], room / left--);
        room -= out[index];
    }
    return out;
}

std::string cut(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    std::size_t end = limit - std::min(limit, kCut.size());
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string(text.substr(0, end)) + std::string(kCut);
}

std::string reduced(const cedar::Json& content, std::size_t limit) {
    if (content.text().size() <= limit) return content.text();
    auto fewer = fewer_results(content, limit);
    return fewer.empty() ? cedar::to_json(cut(content.text(), limit)) : fewer;
}

}  // namespace aggregator
