#pragma once
#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <forward_list>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace cedar::host {

// The containers that a JSON scan is inside of, and for each object the keys seen so far. Private to core.
class JsonLevels {
public:
    [[nodiscard]] bool empty() const { return levels_.empty(); }
    [[nodiscard]] std::size_t size() const { return levels_.size(); }
    [[nodiscard]] bool in_object() const { return levels_.back().object; }

    void push(bool object) { levels_.push_back({object, keys_.size(), nullptr}); }
    void pop();

    // False when the innermost object has this key already. `raw` lies in the scanned text, between its quotes, and
    // is valid JSON; `escaped`: it has escapes, and is compared by what they mean.
    [[nodiscard]] bool add_key(std::string_view raw, bool escaped);

private:
    struct Level {
        bool object;
        std::size_t first_key;
        std::unique_ptr<std::set<std::string_view>> many;  // ordered, so that no choice of keys makes it slow
    };
    [[nodiscard]] bool add_to_many(Level& level, std::string_view key);

    boost::container::small_vector<Level, 16> levels_;
    boost::container::small_vector<std::string_view, 32> keys_;
    std::forward_list<std::string> unescaped_;  // what the views of escaped keys look at
};

// `raw` for a message: at most 64 bytes of it.
[[nodiscard]] std::string shown_key(std::string_view raw);

}  // namespace cedar::host
