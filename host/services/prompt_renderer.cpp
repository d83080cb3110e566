#include "host/services/prompt_renderer.hpp"

#include "host/services/prompt_values.hpp"

#include <kainjow/mustache.hpp>

#include <set>
#include <string>

namespace cedar::host::services {

namespace {

namespace mustache = kainjow::mustache;

// The names that a message prints and those it opens as sections: a list that is printed is wanted as JSON, one
// that is opened as items.
struct Uses {
    std::set<std::string, std::less<>> printed, opened;
};

void collect(const std::vector<TemplateTag>& tags, Uses& uses) {
    for (const auto& tag : tags) {
        const auto last = tag.name.substr(tag.name == "." ? 0 : tag.name.rfind('.') + 1);
        (tag.kind == TemplateTag::Kind::variable ? uses.printed : uses.opened).insert(last);
        collect(tag.children, uses);
    }
}

class Converter {
public:
    explicit Converter(const Uses& uses) : uses_(uses) {}

    [[nodiscard]] mustache::data object(const JsonValue& value) const {
        mustache::object members;
        for (const auto& member : value.GetObject()) {
            const std::string name(member.name.GetString(), member.name.GetStringLength());
            members.emplace(name, convert(name, member.value));
        }
        return members;
    }

private:
    [[nodiscard]] mustache::data convert(const std::string& name, const JsonValue& value) const {
        if (value.IsString()) return text(std::string(value.GetString(), value.GetStringLength()));
        if (value.IsNull()) return false;
        if (value.IsNumber()) return to_json(value);
        const bool printed = name != "." && uses_.printed.contains(name);
        if (printed && uses_.opened.contains(name)) {
            throw ErrorException({ErrorCode::invalid_argument,
                                  "\"" + name +
                                      "\" is printed and opened as a section: expected a text for that, got " +
                                      (value.IsBool() ? "a boolean" : "a list or an object"),
                                  {}});
        }
        if (printed) return to_json(value);
        if (value.IsBool()) return value.GetBool();
        return value.IsObject() ? object(value) : list(value);
    }

    // The empty text is no content: a section of it is left out.
    static mustache::data text(const std::string& value) { return value.empty() ? mustache::data(false) : value; }

    [[nodiscard]] mustache::data list(const JsonValue& value) const {
        mustache::list items;
        for (const auto& item : value.GetArray()) items.push_back(convert(".", item));
        return items;
    }

    const Uses& uses_;
};

std::string render(const PromptTemplate::Message& message, const JsonValue& values, std::size_t room) {
    Uses uses;
    collect(message.tags, uses);
    mustache::mustache text(message.text);
    text.set_custom_escape([](const std::string& value) { return value; });  // prompts are not HTML
    std::string out;
    text.render(Converter(uses).object(values), [&](const std::string& part) {
        if (out.size() + part.size() > room) {
            throw ErrorException({ErrorCode::limit, "the messages become larger than 8 MiB", {}});
        }
        out += part;
    });
    if (!text.is_valid()) throw ErrorException({ErrorCode::invalid_argument, text.error_message(), {}});
    return out;
}

}  // namespace

Result<std::vector<PromptMessage>> render_prompt(const PromptTemplate& prompt, const JsonValue& values) {
    if (auto checked = check_values(prompt, values); !checked) return checked.error();
    try {
        std::vector<PromptMessage> messages;
        std::size_t room = kRenderedMax;
        for (const auto& message : prompt.messages) {
            messages.push_back({message.role, render(message, values, room)});
            room -= messages.back().content.size();
        }
        return messages;
    } catch (const ErrorException& e) {
        return Error{e.error().code, prompt.place + ": " + e.error().message, {}};
    } catch (const std::exception& e) {
        return Error{ErrorCode::internal, prompt.place + ": cannot be rendered", e.what()};
    }
}

}  // namespace cedar::host::services
