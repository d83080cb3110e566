#include "host/store/csv_text.hpp"

#include "host/store/text.hpp"

#include <algorithm>
#include <vector>

namespace cedar::host::store {

namespace {

using Row = std::vector<std::string>;

char delimiter_of(std::string_view csv) {
    const auto line = csv.substr(0, std::min(csv.find('\n'), csv.size()));
    constexpr std::string_view kDelimiters = ",;\t|";
    return *std::ranges::max_element(kDelimiters, {}, [&](char c) { return std::ranges::count(line, c); });
}

class CsvReader {
public:
    CsvReader(std::string_view csv, char delimiter) : csv_(csv), delimiter_(delimiter) {}

    [[nodiscard]] bool at_end() const { return at_ >= csv_.size(); }

    Row row() {
        Row cells;
        do {
            cells.push_back(cell());
        } while (take(delimiter_));
        take('\r');
        take('\n');
        return cells;
    }

private:
    bool take(char c) {
        if (at_end() || csv_[at_] != c) return false;
        ++at_;
        return true;
    }

    std::string cell() {
        if (take('"')) return quoted();
        const auto begin = at_;
        while (!at_end() && csv_[at_] != delimiter_ && csv_[at_] != '\n' && csv_[at_] != '\r') ++at_;
        return std::string(trim(csv_.substr(begin, at_ - begin)));
    }

    std::string quoted() {
        std::string out;
        while (!at_end()) {
            if (take('"')) {
                if (!take('"')) break;
                out += '"';
            } else {
                const char c = csv_[at_++];
                out += is_space(c) ? ' ' : c;
            }
        }
        while (!at_end() && csv_[at_] != delimiter_ && csv_[at_] != '\n' && csv_[at_] != '\r') out += csv_[at_++];
        return std::string(trim(out));
    }

    std::string_view csv_;
    char delimiter_;
    std::size_t at_ = 0;
};

void append_cell(std::string& line, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (!line.empty()) line += "; ";
    if (!name.empty()) line.append(name).append(": ");
    line += value;
}

std::string line_of(const Row& names, const Row& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        append_cell(line, i < names.size() ? std::string_view(names[i]) : std::string_view(), cells[i]);
    }
    return line;
}

}  // namespace

std::string csv_to_text(std::string_view csv) {
    CsvReader reader(csv, delimiter_of(csv));
    if (reader.at_end()) return {};
    const Row names = reader.row();
    if (reader.at_end()) return line_of({}, names);
    std::string out;
    while (!reader.at_end()) {
        const auto line = line_of(names, reader.row());
        if (!line.empty()) out.append(line).append("\n");
    }
    return out;
}

}  // namespace cedar::host::store
