#pragma once
#include <cedar/abi.h>
#include <cedar/detail/json_text.hpp>
#include <cedar/detail/sink.hpp>
#include <cedar/schema.hpp>

#include <chrono>
#include <initializer_list>

namespace cedar {

enum class Role { component, tool, selector, aggregator };
// async: on a shared thread, must not hold it for more than about 10 ms between calls. blocking: on a thread of its
// own, for libraries that block and for long computation.
enum class Execution { async, blocking };

// Up to 32 texts, written as {"a", "b"}.
struct Texts {
    static constexpr std::size_t capacity = 32;
    std::string_view items[capacity] = {};
    std::size_t count = 0;

    constexpr Texts() = default;
    constexpr Texts(std::initializer_list<std::string_view> list) {
        if (list.size() > capacity) throw "cedar: at most 32 texts in one list";
        for (const auto text : list) items[count++] = text;
    }
    [[nodiscard]] constexpr const std::string_view* begin() const { return items; }
    [[nodiscard]] constexpr const std::string_view* end() const { return items + count; }
};

// JSON texts, checked at compile time; the output may be absent.
struct Example {
    std::string_view input = "{}";
    std::string_view output = {};
};

struct Examples {
    static constexpr std::size_t capacity = 8;
    Example items[capacity] = {};
    std::size_t count = 0;

    constexpr Examples() = default;
    constexpr Examples(std::initializer_list<Example> list) {
        if (list.size() > capacity) throw "cedar: at most 8 examples";
        for (const auto& example : list) items[count++] = example;
    }
    [[nodiscard]] constexpr const Example* begin() const { return items; }
    [[nodiscard]] constexpr const Example* end() const { return items + count; }
};

// When the component takes part in a run without being asked for by name; any one suffices.
struct Select {
    bool always = false;
    Texts keywords = {};    // a word of the request is one of these, in any case
    Texts file_kinds = {};  // the request's file has this type or structure
    Texts fields = {};      // the request has this field: "file_id", "dataset_id"
};

namespace detail {

// A component's manifest without its types.
struct Facts {
    std::string_view id;
    std::string_view version;
    std::string_view summary;
    Role role = Role::component;
    Texts tags;
    Examples examples;
    Texts needs;
    Texts prompts;
    Execution execution = Execution::async;
    std::uint32_t concurrency = 0;
    std::uint32_t stack_kib = 0;
    std::chrono::milliseconds timeout{0};
    std::uint32_t repairs = 0;
    bool deterministic = false;
    Select select;
    std::string_view input, output, config;  // schemas
};

constexpr bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

constexpr bool is_label(std::string_view text) {
    for (const char character : text) {
        if (!(character >= 'a' && character <= 'z') && !is_digit(character) && character != '_') return false;
    }
    return !text.empty();
}

constexpr bool is_id(std::string_view id) {
    std::size_t labels = 0;
    for (std::string_view rest = id;;) {
        const auto dot = rest.find('.');
        if (!is_label(rest.substr(0, dot))) return false;
        ++labels;
        if (dot == std::string_view::npos) return labels >= 2 && id.size() <= 128;
        rest.remove_prefix(dot + 1);
    }
}

// major.minor.patch, with an optional -pre or +build. Source: semver.org 2.0.0.
constexpr bool is_version(std::string_view version) {
    version = version.substr(0, version.find_first_of("-+"));
    for (int part = 0;; ++part) {
        const auto dot = version.find('.');
        const auto digits = version.substr(0, dot);
        if (digits.empty() || digits.size() > 9 || (digits.size() > 1 && digits.front() == '0')) return false;
        for (const char character : digits) {
            if (!is_digit(character)) return false;
        }
        if (dot == std::string_view::npos) return part == 2;
        version.remove_prefix(dot + 1);
    }
}

// A throw in here is a compile error that points at its line.
constexpr void check_facts(const Facts& facts) {
    if (!is_id(facts.id))
        throw "cedar: .id must be two or more labels of a-z, 0-9 and _ joined by dots, at most 128 bytes";
    if (!is_version(facts.version)) throw "cedar: .version must be major.minor.patch, such as 1.0.0";
    if (facts.summary.empty()) throw "cedar: .summary must say in one sentence what the component does";
    if (facts.timeout.count() < 1 || facts.timeout.count() > 600000)
        throw "cedar: .timeout must be 1 ms to 10 minutes";
    if (facts.stack_kib < 64 || facts.stack_kib > 8192) throw "cedar: .stack_kib must be 64 to 8192";
    if (facts.repairs > 2) throw "cedar: .repairs must be 0 to 2";
    for (const auto& example : facts.examples) {
        if (!JsonText(example.input).valid()) throw "cedar: an example's .input must be JSON";
        if (!example.output.empty() && !JsonText(example.output).valid())
            throw "cedar: an example's .output must be JSON";
    }
}

constexpr std::string_view role_name(Role role) {
    switch (role) {
        case Role::tool: return "tool";
        case Role::selector: return "selector";
        case Role::aggregator: return "aggregator";
        case Role::component: break;
    }
    return "component";
}

// The members of a JSON object, those that say the default left out.
class Members {
public:
    explicit constexpr Members(Sink& out) : out_(out) { out_.put('{'); }
    constexpr void close() { out_.put('}'); }

    constexpr void text(std::string_view key, std::string_view value, std::string_view otherwise = {}) {
        if (value == otherwise) return;
        name(key);
        out_.put_string(value);
    }
    constexpr void json(std::string_view key, std::string_view value) {
        if (value.empty()) return;
        name(key);
        out_.put(value);
    }
    constexpr void number(std::string_view key, std::uint64_t value, std::uint64_t otherwise) {
        if (value == otherwise) return;
        name(key);
        out_.put_number(value);
    }
    constexpr void flag(std::string_view key, bool value) {
        if (value) json(key, "true");
    }
    constexpr void texts(std::string_view key, const Texts& values) {
        if (values.count == 0) return;
        name(key);
        char before = '[';
        for (const auto value : values) {
            out_.put(before);
            before = ',';
            out_.put_string(value);
        }
        out_.put(']');
    }
    constexpr Sink& name(std::string_view key) {
        if (!first_) out_.put(',');
        first_ = false;
        out_.put_string(key);
        out_.put(':');
        return out_;
    }

private:
    Sink& out_;
    bool first_ = true;
};

constexpr void put_examples(Members& members, const Examples& examples) {
    if (examples.count == 0) return;
    Sink& out = members.name("examples");
    char before = '[';
    for (const auto& example : examples) {
        out.put(before);
        before = ',';
        Members inner(out);
        inner.json("input", example.input);
        inner.json("output", example.output);
        inner.close();
    }
    out.put(']');
}

constexpr void put_select(Members& members, const Select& select) {
    if (!select.always && select.keywords.count + select.file_kinds.count + select.fields.count == 0) return;
    Members inner(members.name("select"));
    inner.flag("always", select.always);
    inner.texts("keywords", select.keywords);
    inner.texts("file_kinds", select.file_kinds);
    inner.texts("fields", select.fields);
    inner.close();
}

constexpr void put_component(Sink& out, const Facts& facts) {
    check_facts(facts);
    Members members(out);
    members.text("id", facts.id);
    members.text("version", facts.version);
    members.text("role", role_name(facts.role), "component");
    members.text("summary", facts.summary);
    members.texts("tags", facts.tags);
    put_examples(members, facts.examples);
    members.json("input", facts.input);
    members.json("output", facts.output);
    members.json("config", facts.config);
    members.texts("needs", facts.needs);
    members.texts("prompts", facts.prompts);
    if (facts.execution == Execution::blocking) members.text("execution", "blocking");
    members.number("concurrency", facts.concurrency, 0);
    members.number("stack_kib", facts.stack_kib, 256);
    members.number("timeout_ms", static_cast<std::uint64_t>(facts.timeout.count()), 15000);
    members.number("repairs", facts.repairs, 0);
    members.flag("deterministic", facts.deterministic);
    put_select(members, facts.select);
    members.close();
}

// An ELF note: sizes, type, name padded to four bytes, then the manifest. Source: System V gABI, note section.
template <std::size_t Size>
struct alignas(4) Note32 {
    std::uint32_t name_size;
    std::uint32_t manifest_size;
    std::uint32_t type;
    char name[8];
    char manifest[(Size + 3) / 4 * 4];
};

template <std::size_t Size>
consteval Note32<Size> make_note(const std::array<char, Size>& manifest) {
    static_assert(Size <= CEDAR_MANIFEST_MAX_BYTES, "cedar: the plugin's manifest is larger than 64 KiB");
    Note32<Size> note{
        sizeof CEDAR_NOTE_NAME, static_cast<std::uint32_t>(Size), CEDAR_NOTE_TYPE, CEDAR_NOTE_NAME, {}};
    for (std::size_t index = 0; index < Size; ++index) note.manifest[index] = manifest[index];
    return note;
}

}  // namespace detail
}  // namespace cedar
