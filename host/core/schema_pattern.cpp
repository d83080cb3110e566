#include "host/core/schema_pattern.hpp"

#include "host/core/schema_pattern_parse.hpp"
#include "host/core/utf8.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>

namespace cedar::host {
namespace {

using Op = Pattern::Op;
using Kind = PatternTree::Kind;

class Emitter {
public:
    Emitter(const PatternTree& tree, std::vector<Pattern::Instruction>& program) : tree_(tree), program_(program) {}

    // False when the program outgrows its bound; it is checked at each instruction, so that nested counts
    // cannot multiply first.
    bool run() { return emit(tree_.root) && add({Op::match}); }

private:
    bool emit(std::uint32_t index) {
        const auto& node = tree_.nodes[index];
        switch (node.kind) {
            case Kind::empty: return true;
            case Kind::set: return add({Op::set, node.set, 0});
            case Kind::begin: return add({Op::begin});
            case Kind::end: return add({Op::end});
            case Kind::sequence:
                return std::all_of(node.children.begin(), node.children.end(),
                                   [this](auto child) { return emit(child); });
            case Kind::choice: return choice(node.children);
            case Kind::repeat: return repeat(node);
        }
        return true;
    }

    bool choice(const std::vector<std::uint32_t>& branches) {
        std::vector<std::uint32_t> jumps;
        for (std::size_t i = 0; i < branches.size(); ++i) {
            const bool last = i + 1 == branches.size();
            const auto split = here();
            if (!last && !add({Op::split, split + 1, 0})) return false;
            if (!emit(branches[i])) return false;
            if (last) break;
            jumps.push_back(here());
            if (!add({Op::jump})) return false;
            program_[split].y = here();
        }
        for (const auto jump : jumps) program_[jump].x = here();
        return true;
    }

    bool repeat(const PatternTree::Node& node) {
        const auto child = node.children.front();
        for (std::uint32_t i = 0; i < node.min; ++i)
            if (!emit(child)) return false;
        if (node.max == PatternTree::kNoLimit) return star(child);
        std::vector<std::uint32_t> splits;
        for (auto i = node.min; i < node.max; ++i) {
            splits.push_back(here());
            if (!add({Op::split, here() + 1, 0}) || !emit(child)) return false;
        }
        for (const auto split : splits) program_[split].y = here();
        return true;
    }

    bool star(std::uint32_t child) {
        const auto split = here();
        if (!add({Op::split, split + 1, 0}) || !emit(child) || !add({Op::jump, split, 0})) return false;
        program_[split].y = here();
        return true;
    }

    [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(program_.size()); }
    bool add(Pattern::Instruction instruction) {
        if (program_.size() == Pattern::kMaxInstructions) return false;
        program_.push_back(instruction);
        return true;
    }

    const PatternTree& tree_;
    std::vector<Pattern::Instruction>& program_;
};

// The threads of the machine at one position: each instruction at most once.
class Threads {
public:
    explicit Threads(std::size_t size) : seen_(size, 0) {}
    void clear() {
        list_.clear();
        ++round_;
    }
    bool insert(std::uint32_t pc) {
        if (seen_[pc] == round_) return false;
        seen_[pc] = round_;
        return true;
    }
    void wait_at(std::uint32_t pc) { list_.push_back(pc); }
    [[nodiscard]] const auto& waiting() const { return list_; }

private:
    boost::container::small_vector<std::uint32_t, 64> seen_, list_;
    std::uint32_t round_ = 1;
};

class Machine {
public:
    Machine(const std::vector<Pattern::Instruction>& program, std::string_view text, std::uint64_t& steps)
        : program_(program), text_(text), steps_(steps), now_(program.size()), next_(program.size()) {}

    bool run(const std::vector<Pattern::Set>& sets) {
        const bool anchored = program_.front().op == Op::begin;
        for (std::size_t at = 0;;) {
            if (at == 0 || !anchored) follow(now_, 0, at);
            if (matched_) return true;
            if (at >= text_.size() || steps_ == 0 || (anchored && now_.waiting().empty())) return false;
            const auto length = std::max<std::size_t>(1, utf8_sequence(text_.substr(at)));
            const auto c = utf8_decode(text_.substr(at, length));
            at += length;
            next_.clear();
            for (const auto pc : now_.waiting())
                if (sets[program_[pc].x].contains(c)) follow(next_, pc + 1, at);
            if (matched_) return true;
            std::swap(now_, next_);
        }
    }

private:
    // Everything that can be reached from `pc` without reading a character.
    void follow(Threads& threads, std::uint32_t pc, std::size_t at) {
        stack_.push_back(pc);
        while (!stack_.empty()) {
            pc = stack_.back();
            stack_.pop_back();
            if (steps_ == 0 || !threads.insert(pc)) continue;
            --steps_;
            const auto& instruction = program_[pc];
            switch (instruction.op) {
                case Op::set: threads.wait_at(pc); break;
                case Op::match: matched_ = true; break;
                case Op::jump: stack_.push_back(instruction.x); break;
                case Op::split:
                    stack_.push_back(instruction.y);
                    stack_.push_back(instruction.x);
                    break;
                case Op::begin:
                    if (at == 0) stack_.push_back(pc + 1);
                    break;
                case Op::end:
                    if (at == text_.size()) stack_.push_back(pc + 1);
                    break;
            }
        }
    }

    const std::vector<Pattern::Instruction>& program_;
    std::string_view text_;
    std::uint64_t& steps_;
    Threads now_, next_;
    boost::container::small_vector<std::uint32_t, 32> stack_;
    bool matched_ = false;
};

}  // namespace

bool Pattern::Set::contains(char32_t c) const {
    if (c < 128) return ascii[c];
    const bool in = std::any_of(ranges.begin(), ranges.end(),
                                [c](const auto& range) { return c >= range.first && c <= range.second; });
    return in != negated;
}

Result<Pattern> Pattern::compile(std::string_view text) {
    auto tree = parse_pattern(text);
    if (!tree) return std::move(tree).error();
    Pattern pattern;
    pattern.text_ = text;
    if (!Emitter(*tree, pattern.program_).run())
        return Error{ErrorCode::invalid_argument,
                     "pattern: expected at most 2048 steps once its counts are written out",
                     {}};
    pattern.sets_ = std::move(tree->sets);
    return pattern;
}

bool Pattern::search(std::string_view text, std::uint64_t& steps) const {
    return Machine(program_, text, steps).run(sets_);
}

}  // namespace cedar::host
