#include "quotes.hpp"

#include "terms.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace extractive {
namespace {

constexpr double neighbour_weight = 0.5;
constexpr double length_share = 0.3;   // how much length counts against a piece
constexpr double rank_share = 0.04;    // how much each place counts that the search put the passage lower
constexpr double least_of_best = 0.4;  // what is weaker than this share of the best is not quoted
constexpr double same_share = 0.8;     // two pieces with this share of common words say the same
constexpr std::size_t max_unit_count = 20000;

struct Piece {
    Unit unit;
    std::size_t passage = 0;
    std::size_t index = 0;            // within the passage
    std::vector<std::string> terms;   // sorted, distinct
    std::vector<bool> hit, near_hit;  // by question term: in the piece; in its heading or neighbour
    std::size_t length = 0;
    double score = 0;
};

std::vector<std::string> distinct(std::vector<std::string> terms) {
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
}

bool contains(const std::vector<std::string>& sorted, const std::string& term) {
    return std::binary_search(sorted.begin(), sorted.end(), term);
}

// Shared words over all words of both; both sorted.
double likeness(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    std::size_t common = 0;
    for (auto left = one.begin(), right = other.begin(); left != one.end() && right != other.end();) {
        const int order = left->compare(*right);
        if (order == 0) ++common;
        if (order <= 0) ++left;
        if (order >= 0) ++right;
    }
    const std::size_t all = one.size() + other.size() - common;
    return all == 0 ? 1.0 : static_cast<double>(common) / static_cast<double>(all);
}

bool announces(const Piece& piece) {
    return piece.unit.text.ends_with(':');
}

class Ranker {
public:
    Ranker(std::string_view question, const std::vector<Found>& passages)
        : passages_(passages), question_(question_terms(question)) {
        for (std::size_t index = 0; index < passages.size(); ++index) cut(index);
        weigh();
        for (auto& piece : pieces_) piece.score = score(piece);
    }

    std::vector<Quote> choose(const QuoteLimits& limits) {
        std::vector<std::size_t> order;
        for (std::size_t index = 0; index < pieces_.size(); ++index) {
            if (pieces_[index].score > 0) order.push_back(index);
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
            return pieces_[one].score > pieces_[other].score;
        });
        std::vector<Quote> quotes;
        for (const std::size_t index : order) {
            if (quotes.size() == limits.quotes || pieces_[index].score < least_of_best * pieces_[order[0]].score)
                break;
            if (!taken_.contains(index) && !said(pieces_[index])) quotes.push_back(quote(index, limits));
        }
        return quotes;
    }

private:
    void cut(std::size_t passage) {
        const std::size_t begin = pieces_.size();
        for (auto& unit : units_of(passages_[passage].text)) {
            if (pieces_.size() == max_unit_count) break;
            auto words = terms_of(unit.text);
            Piece piece{std::move(unit), passage, pieces_.size() - begin, {}, {}, {}, words.size(), 0};
            piece.terms = distinct(std::move(words));
            pieces_.push_back(std::move(piece));
        }
        for (std::size_t index = begin; index < pieces_.size(); ++index) mark(index, begin);
    }

    void mark(std::size_t index, std::size_t begin) {
        Piece& piece = pieces_[index];
        auto around = terms_of(piece.unit.heading);
        const bool follows =
            index > begin && (piece.unit.kind == Unit::Kind::code || announces(pieces_[index - 1]));
        if (follows) around.insert(around.end(), pieces_[index - 1].terms.begin(), pieces_[index - 1].terms.end());
        around = distinct(std::move(around));
        for (const auto& term : question_) {
            piece.hit.push_back(contains(piece.terms, term));
            piece.near_hit.push_back(contains(around, term));
        }
    }

    // BM25's inverse document frequency over the pieces. Source: Robertson & Zaragoza 2009.
    void weigh() {
        const auto count = static_cast<double>(pieces_.size());
        for (std::size_t term = 0; term < question_.size(); ++term) {
            const auto with = static_cast<double>(
                std::count_if(pieces_.begin(), pieces_.end(), [&](const Piece& piece) { return piece.hit[term]; }));
            weights_.push_back(std::log(1 + (count - with + 0.5) / (with + 0.5)));
        }
        for (const auto& piece : pieces_) average_ += static_cast<double>(piece.length) / std::max(count, 1.0);
    }

    // What a hit next to the piece counts: more, the more of the question its heading repeats.
    [[nodiscard]] double near_weight(const Piece& piece) const {
        double near = 0;
        double all = 0;
        for (std::size_t term = 0; term < question_.size(); ++term) {
            all += weights_[term];
            if (piece.near_hit[term]) near += weights_[term];
        }
        const double share = all > 0 ? near / all : 0;
        return neighbour_weight * (1 + share * share);
    }

    [[nodiscard]] double score(const Piece& piece) const {
        const double near = near_weight(piece);
        double sum = 0;
        for (std::size_t term = 0; term < question_.size(); ++term) {
            if (piece.hit[term]) {
                sum += weights_[term] * (piece.near_hit[term] ? 1 + near / 2 : 1);
            } else if (piece.near_hit[term]) {
                sum += weights_[term] * near;
            }
        }
        const double length = static_cast<double>(piece.length) / std::max(average_, 1.0);
        const auto rank = static_cast<double>(passages_[piece.passage].rank);
        return sum / (1 - length_share + length_share * std::max(length, 0.5)) / (1 + rank_share * rank);
    }

    [[nodiscard]] bool said(const Piece& piece) const {
        return std::any_of(taken_.begin(), taken_.end(), [&](std::size_t other) {
            return likeness(pieces_[other].terms, piece.terms) >= same_share;
        });
    }

    // The piece with what belongs to it: what it announces, and strong pieces right before and after it.
    Quote quote(std::size_t index, const QuoteLimits& limits) {
        std::size_t first = index;
        std::size_t last = index;
        std::size_t size = pieces_[index].unit.text.size();
        const double least = least_of_best * pieces_[index].score;
        const auto fits = [&](std::size_t next) {
            return !taken_.contains(next) && size + pieces_[next].unit.text.size() <= limits.characters;
        };
        while (follows(last) && fits(last + 1) && (announces(pieces_[last]) || pieces_[last + 1].score >= least)) {
            size += pieces_[++last].unit.text.size();
        }
        while (first > 0 && follows(first - 1) && fits(first - 1) &&
               (announces(pieces_[first - 1]) || pieces_[first - 1].score >= least)) {
            size += pieces_[--first].unit.text.size();
        }
        const auto& passage = passages_[pieces_[index].passage];
        Quote made{passage.source, pieces_[index].unit.heading, {}, pieces_[index].score};
        for (std::size_t at = first; at <= last; ++at) {
            taken_.insert(at);
            made.units.push_back(pieces_[at].unit);
        }
        return made;
    }

    // Whether the next piece continues this one: same passage, same heading.
    [[nodiscard]] bool follows(std::size_t index) const {
        return index + 1 < pieces_.size() && pieces_[index + 1].passage == pieces_[index].passage &&
               pieces_[index + 1].unit.heading == pieces_[index].unit.heading;
    }

    const std::vector<Found>& passages_;
    std::vector<std::string> question_;
    std::vector<double> weights_;
    std::vector<Piece> pieces_;
    std::set<std::size_t> taken_;
    double average_ = 0;
};

}  // namespace

std::vector<Quote> quotes_for(std::string_view question, const std::vector<Found>& passages,
                              const QuoteLimits& limits) {
    return Ranker(question, passages).choose(limits);
}

}  // namespace extractive
