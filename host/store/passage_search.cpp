#include "host/store/passage_search.hpp"

#include "host/store/fts_query.hpp"
#include "host/store/text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace cedar::host::store {

namespace {

// Candidates read beyond the limit when literal words will order them anew.
constexpr std::int64_t kLiteralCandidates = 200;

using ByRow = std::map<std::int64_t, Passage>;

class Search {
public:
    Search(ProjectDatabase& project, const SearchQuery& query)
        : db_(project.db), query_(query), fts_(to_fts_query(query.text)) {}

    std::vector<Passage> run() {
        if (!fts_.match.empty()) {
            const std::int64_t more = fts_.literals.empty() ? 0 : kLiteralCandidates;
            collect(matching(""), std::string_view(), query_.limit + more);
        }
        for (const auto& literal : fts_.literals) collect_literal(literal);
        for (const auto& literal : fts_.literals) reward(literal.word);
        return best();
    }

private:
    // Parameters: 1 match, 2 file or null, 3 literal, 4 limit. Ranked by row id first: only the winners' texts are
    // read.
    static std::string matching(const char* filter) {
        return std::string(
                   "SELECT d.rowid, d.id, d.file_id, f.display_name, d.char_start, d.char_end, d.text, -k FROM "
                   "(SELECT rowid AS r, rank AS k FROM doc_chunks_fts WHERE doc_chunks_fts MATCH ?1 "
                   "AND (?2 IS NULL OR rowid IN (SELECT rowid FROM doc_chunks WHERE file_id = ?2)) ") +
               filter +
               " ORDER BY rank LIMIT ?4) JOIN doc_chunks d ON d.rowid = r JOIN files f ON f.id = d.file_id "
               "WHERE ?3 IS NOT NULL";
    }
    static std::string scanning() {
        return "SELECT d.rowid, d.id, d.file_id, f.display_name, d.char_start, d.char_end, d.text, 0.0 "
               "FROM doc_chunks d JOIN files f ON f.id = d.file_id "
               "WHERE ?1 IS NOT NULL AND (?2 IS NULL OR d.file_id = ?2) AND instr(lower(d.text), ?3) > 0 "
               "ORDER BY d.rowid LIMIT ?4";
    }

    void collect_literal(const FtsQuery::Literal& literal) {
        const auto sql = literal.indexed ? matching("AND instr(lower(text), ?3) > 0") : scanning();
        collect(sql, literal.word, query_.limit + kLiteralCandidates);
    }

    void collect(const std::string& sql, std::string_view literal, std::int64_t limit) {
        auto rows = db_.prepare(sql);
        rows.bind(fts_.match, query_.file_id, literal, limit);
        while (rows.step()) {
            Passage passage{std::string(rows.text(1)),
                            rows.integer(2),
                            std::string(rows.text(3)),
                            rows.integer(4),
                            rows.integer(5),
                            std::string(rows.text(6)),
                            rows.real(7)};
            found_.try_emplace(rows.integer(0), std::move(passage));
        }
    }

    // Counts as one more term of BM25 that occurs once: its inverse document frequency, of those found.
    void reward(const std::string& word) {
        std::vector<Passage*> with;
        for (auto& [row, passage] : found_) {
            if (lower_ascii(passage.text).find(word) != std::string::npos) with.push_back(&passage);
        }
        const auto total = static_cast<double>(db_.integer("SELECT count(*) FROM doc_chunks").value_or(0));
        const auto hits = static_cast<double>(with.size());
        const double share = std::log(1 + (total - hits + 0.5) / (hits + 0.5));
        for (auto* passage : with) passage->score += share;
    }

    std::vector<Passage> best() {
        std::vector<Passage> passages;
        for (auto& [row, passage] : found_) passages.push_back(std::move(passage));
        std::ranges::stable_sort(passages, std::ranges::greater{}, &Passage::score);
        if (passages.size() > query_.limit) passages.resize(query_.limit);
        return passages;
    }

    Database& db_;
    const SearchQuery& query_;
    FtsQuery fts_;
    ByRow found_;
};

}  // namespace

std::vector<Passage> search_passages(ProjectDatabase& project, const SearchQuery& query) {
    if (query.limit < 1 || query.limit > kSearchLimitMax) {
        throw ErrorException({ErrorCode::invalid_argument,
                              "search limit: expected 1 to 200, got " + std::to_string(query.limit),
                              {}});
    }
    return Search(project, query).run();
}

}  // namespace cedar::host::store
