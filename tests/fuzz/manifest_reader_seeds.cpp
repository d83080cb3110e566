// manifest_reader_seeds TO FIXTURE...: writes the fixture libraries, truncations of each, and copies with one word
// of a header or table changed, into the folder TO. They are made when the tests run, as binaries are not kept
// here.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
}

void write_truncations(const fs::path& to, const std::string& name, const std::string& whole) {
    for (std::size_t part = 1; part < 16; ++part) {
        write(to / (name + ".cut" + std::to_string(part)), whole.substr(0, whole.size() * part / 16));
    }
}

// The first 512 bytes hold the header and the segment table; what they point to is as easily broken by them.
void write_changes(const fs::path& to, const std::string& name, const std::string& whole) {
    constexpr std::array<std::uint32_t, 4> kValues = {0, 1, 0x7fffffff, 0xffffffff};
    for (std::size_t at = 16; at < std::min<std::size_t>(whole.size() - 4, 512); at += 4) {
        std::string changed = whole;
        const std::uint32_t value = kValues[at / 4 % kValues.size()];
        std::memcpy(changed.data() + at, &value, sizeof value);
        write(to / (name + ".at" + std::to_string(at)), changed);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: manifest_reader_seeds TO FIXTURE...\n");
        return 2;
    }
    const fs::path to = argv[1];
    fs::remove_all(to);
    fs::create_directories(to);
    for (int i = 2; i < argc; ++i) {
        const fs::path file = argv[i];
        std::ifstream in(file, std::ios::binary);
        const std::string whole{std::istreambuf_iterator<char>(in), {}};
        if (whole.empty()) {
            std::fprintf(stderr, "%s: expected a library, got nothing\n", file.c_str());
            return 1;
        }
        const std::string name = file.stem().native();
        write(to / name, whole);
        write_truncations(to, name, whole);
        write_changes(to, name, whole);
    }
    return 0;
}
