#include "host/store/html_entities.hpp"

#include "host/store/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace cedar::host::store {

namespace {

struct Entity {
    std::string_view name;
    std::string_view text;
};

constexpr std::array kEntities{
    Entity{"AMP", "&"},    Entity{"Auml", "Ä"},   Entity{"Eacute", "É"}, Entity{"GT", ">"},
    Entity{"LT", "<"},     Entity{"Ouml", "Ö"},   Entity{"QUOT", "\""},  Entity{"Uuml", "Ü"},
    Entity{"aacute", "á"}, Entity{"acirc", "â"},  Entity{"agrave", "à"}, Entity{"alpha", "α"},
    Entity{"amp", "&"},    Entity{"apos", "'"},   Entity{"aring", "å"},  Entity{"auml", "ä"},
    Entity{"beta", "β"},   Entity{"bull", "•"},   Entity{"ccedil", "ç"}, Entity{"cent", "¢"},
    Entity{"copy", "©"},   Entity{"darr", "↓"},   Entity{"deg", "°"},    Entity{"delta", "δ"},
    Entity{"divide", "÷"}, Entity{"eacute", "é"}, Entity{"ecirc", "ê"},  Entity{"egrave", "è"},
    Entity{"emsp", " "},   Entity{"ensp", " "},   Entity{"euml", "ë"},   Entity{"euro", "€"},
    Entity{"frac12", "½"}, Entity{"frac14", "¼"}, Entity{"gamma", "γ"},  Entity{"ge", "≥"},
    Entity{"gt", ">"},     Entity{"harr", "↔"},   Entity{"hellip", "…"}, Entity{"iacute", "í"},
    Entity{"icirc", "î"},  Entity{"iexcl", "¡"},  Entity{"infin", "∞"},  Entity{"iquest", "¿"},
    Entity{"iuml", "ï"},   Entity{"lambda", "λ"}, Entity{"laquo", "«"},  Entity{"larr", "←"},
    Entity{"ldquo", "“"},  Entity{"le", "≤"},     Entity{"lsquo", "‘"},  Entity{"lt", "<"},
    Entity{"mdash", "—"},  Entity{"micro", "µ"},  Entity{"middot", "·"}, Entity{"minus", "−"},
    Entity{"mu", "μ"},     Entity{"nbsp", " "},   Entity{"ndash", "–"},  Entity{"ne", "≠"},
    Entity{"ntilde", "ñ"}, Entity{"oacute", "ó"}, Entity{"ocirc", "ô"},  Entity{"omega", "ω"},
    Entity{"oslash", "ø"}, Entity{"ouml", "ö"},   Entity{"para", "¶"},   Entity{"pi", "π"},
    Entity{"plusmn", "±"}, Entity{"pound", "£"},  Entity{"quot", "\""},  Entity{"raquo", "»"},
    Entity{"rarr", "→"},   Entity{"rdquo", "”"},  Entity{"reg", "®"},    Entity{"rsquo", "’"},
    Entity{"sect", "§"},   Entity{"shy", ""},     Entity{"sigma", "σ"},  Entity{"sum", "∑"},
    Entity{"szlig", "ß"},  Entity{"thinsp", " "}, Entity{"times", "×"},  Entity{"trade", "™"},
    Entity{"uacute", "ú"}, Entity{"uarr", "↑"},   Entity{"ucirc", "û"},  Entity{"ugrave", "ù"},
    Entity{"uuml", "ü"},   Entity{"yen", "¥"},    Entity{"zwj", ""},     Entity{"zwnj", ""}};
static_assert(std::ranges::is_sorted(kEntities, {}, &Entity::name));

constexpr std::size_t kNameMax = 8;
constexpr char32_t kReplacement = 0xFFFD;

bool is_character(char32_t value) {
    return value != 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
}

// "#65;" or "#x41;", without the '&'.
std::size_t decode_number(std::string_view text, std::string& out) {
    const bool hex = text.size() > 1 && to_lower(text[1]) == 'x';
    const char* begin = text.data() + (hex ? 2 : 1);
    const char* end = text.data() + text.size();
    std::uint32_t value = 0;
    const auto [stop, failure] = std::from_chars(begin, end, value, hex ? 16 : 10);
    if (stop == begin) return 0;
    append_utf8(out, failure == std::errc{} && is_character(value) ? static_cast<char32_t>(value) : kReplacement);
    const bool closed = stop != end && *stop == ';';
    return static_cast<std::size_t>(stop - text.data()) + (closed ? 1 : 0);
}

}  // namespace

std::size_t decode_entity(std::string_view text, std::string& out) {
    const auto body = text.substr(1, 16);
    if (body.starts_with('#')) {
        const auto size = decode_number(body, out);
        return size == 0 ? 0 : size + 1;
    }
    const auto end = body.find(';');
    if (end == std::string_view::npos || end > kNameMax) return 0;
    const auto name = body.substr(0, end);
    const auto found = std::ranges::lower_bound(kEntities, name, {}, &Entity::name);
    if (found == kEntities.end() || found->name != name) return 0;
    out += found->text;
    return end + 2;
}

}  // namespace cedar::host::store
