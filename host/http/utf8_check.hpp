#pragma once
#include <cstddef>
#include <string_view>

namespace cedar::host::http {

// Whether text that comes in pieces is well-formed UTF-8, told with the first octet that cannot be.
// Source: Unicode 15, table 3-7.
class Utf8Check {
public:
    // False: it is not, and nothing more may be asked.
    [[nodiscard]] bool take(std::string_view piece);
    // No sequence is begun and not ended.
    [[nodiscard]] bool whole() const { return left_ == 0; }

private:
    [[nodiscard]] bool begin(unsigned char lead);

    unsigned char left_ = 0;                    // octets that the sequence still needs
    unsigned char least_ = 0x80, most_ = 0xbf;  // of the next one
};

}  // namespace cedar::host::http
