#include "host/store/json_text.hpp"

#include "host/core/json.hpp"
#include "host/store/text.hpp"

namespace cedar::host::store {

namespace {

// Re-indents text that is known to be JSON. Works on the letters, so that no number loses a digit.
class Indenter {
public:
    explicit Indenter(std::string_view json) : json_(json) {}

    std::string run() {
        while (at_ < json_.size()) one();
        return std::move(out_);
    }

private:
    void one() {
        const char c = json_[at_];
        switch (c) {
            case '"': return copy_string();
            case '{':
            case '[': return open(c);
            case '}':
            case ']':
                --depth_;
                line();
                break;
            case ',':
                out_ += ',';
                line();
                ++at_;
                return;
            case ':':
                out_ += ": ";
                ++at_;
                return;
            default: break;
        }
        if (!is_space(c)) out_ += c;
        ++at_;
    }

    void open(char c) {
        out_ += c;
        const auto next = json_.find_first_not_of(" \t\r\n", at_ + 1);
        if (json_[next] == '}' || json_[next] == ']') {
            out_ += json_[next];
            at_ = next + 1;
            return;
        }
        ++depth_;
        line();
        ++at_;
    }

    void copy_string() {
        std::size_t end = at_ + 1;
        while (json_[end] != '"') end += json_[end] == '\\' ? 2U : 1U;
        out_ += json_.substr(at_, end + 1 - at_);
        at_ = end + 1;
    }

    void line() {
        out_ += '\n';
        out_.append(depth_ * 2, ' ');
    }

    std::string_view json_;
    std::size_t at_ = 0, depth_ = 0;
    std::string out_;
};

}  // namespace

std::string json_to_text(std::string_view json) {
    JsonLimits limits;
    limits.max_bytes = json.size();
    limits.unique_keys = false;
    if (!check_json(json, limits)) return std::string(json);
    return Indenter(json).run();
}

}  // namespace cedar::host::store
