#include "host/services/prompt_values.hpp"

#include <vector>

namespace cedar::host::services {

namespace {

class ValueChecker {
public:
    ValueChecker(const PromptTemplate& prompt, const JsonValue& values) : prompt_(prompt), scopes_{&values} {}

    Result<void> run() {
        for (const auto& input : prompt_.inputs) {
            const JsonValue* value = find_member(*scopes_.front(), input.name);
            if (!input.optional && (value == nullptr || value->IsNull())) {
                return Error{ErrorCode::invalid_argument,
                             prompt_.place + ": the input \"" + input.name + "\" is missing",
                             {}};
            }
        }
        for (const auto& message : prompt_.messages) {
            if (auto checked = check(message.tags); !checked) return checked;
        }
        return {};
    }

private:
    Error error(const TemplateTag& tag, const std::string& what) const {
        return {ErrorCode::invalid_argument,
                prompt_.place + ":" + std::to_string(tag.line) + ": {{" + tag.name + "}} " + what,
                {}};
    }

    Result<void> check(const std::vector<TemplateTag>& tags) {
        for (const auto& tag : tags) {
            if (++visits_ > kTagVisitsMax) {
                return Error{ErrorCode::limit, prompt_.place + ": the values fill in more than 200000 tags", {}};
            }
            const JsonValue* value = find(tag.name);
            auto checked =
                tag.kind == TemplateTag::Kind::variable ? check_variable(tag, value) : check_section(tag, value);
            if (!checked) return checked;
        }
        return {};
    }

    [[nodiscard]] Result<void> check_variable(const TemplateTag& tag, const JsonValue* value) const {
        const auto first = std::string_view(tag.name).substr(0, tag.name.find('.'));
        if (value == nullptr && prompt_.input(first) == nullptr) {
            return error(tag, "is neither an input nor a member of the item at hand");
        }
        if (value != nullptr && tag.name == "." && (value->IsObject() || value->IsArray())) {
            return error(tag, "expected an item that is a text or a number");
        }
        return {};
    }

    Result<void> check_section(const TemplateTag& tag, const JsonValue* value) {
        const bool empty = value == nullptr || value->IsNull() || value->IsFalse() ||
                           (value->IsArray() && value->Empty()) ||
                           (value->IsString() && value->GetStringLength() == 0);
        if (empty == (tag.kind == TemplateTag::Kind::section)) return {};  // its text is left out
        if (empty) return check(tag.children);
        if (!value->IsArray()) return check_inside(tag, *value);
        for (const auto& item : value->GetArray()) {
            if (auto checked = check_inside(tag, item); !checked) return checked;
        }
        return {};
    }

    Result<void> check_inside(const TemplateTag& tag, const JsonValue& item) {
        scopes_.push_back(&item);
        auto checked = check(tag.children);
        scopes_.pop_back();
        return checked;
    }

    // The innermost value of that name; the parts after a dot are members of it.
    [[nodiscard]] const JsonValue* find(std::string_view name) const {
        if (name == ".") return scopes_.back();
        const auto dot = name.find('.');
        const JsonValue* value = nullptr;
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend() && value == nullptr; ++scope) {
            if ((*scope)->IsObject()) value = find_member(**scope, name.substr(0, dot));
        }
        while (value != nullptr && name.find('.') != std::string_view::npos) {
            name.remove_prefix(name.find('.') + 1);
            value = value->IsObject() ? find_member(*value, name.substr(0, name.find('.'))) : nullptr;
        }
        return value;
    }

    const PromptTemplate& prompt_;
    std::vector<const JsonValue*> scopes_;
    std::size_t visits_ = 0;
};

}  // namespace

Result<void> check_values(const PromptTemplate& prompt, const JsonValue& values) {
    return ValueChecker(prompt, values).run();
}

}  // namespace cedar::host::services
