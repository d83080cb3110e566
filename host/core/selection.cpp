#include "host/core/selection.hpp"

#include "host/core/json.hpp"
#include "host/core/manifest_reader.hpp"
#include "host/core/utf8.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace cedar::host {
namespace {

constexpr std::string_view kRequired = "required";
constexpr std::size_t kReasonCharacters = 200;
constexpr std::size_t kTailBytes = 64;  // what closes the document

void member(std::string& out, std::string_view name, std::string_view json) {
    if (out.back() != '{') out.push_back(',');
    out.append("\"").append(name).append("\":").append(json);
}

std::string request_json(const ChatRequest& request, const Turn& turn, std::int64_t project_id) {
    std::string out = "{";
    member(out, "text", json_string(request.content));
    member(out, "project_id", std::to_string(project_id));
    member(out, "branch_id", std::to_string(turn.branch_id));
    member(out, "thread_id", std::to_string(turn.thread_id));
    if (request.file_id) member(out, "file_id", std::to_string(*request.file_id));
    if (request.dataset_id) member(out, "dataset_id", std::to_string(*request.dataset_id));
    member(out, "file_type", json_string(turn.file_type));
    member(out, "file_structure", json_string(turn.file_structure));
    return out + '}';
}

std::string texts_json(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        if (out.size() > 1) out.push_back(',');
        append_json_string(out, text);
    }
    return out + ']';
}

// `suggestion`: the built-in selection's reason, or null when it would not ask this one.
std::string component_json(const Component& component, bool required, const std::string* suggestion) {
    const auto& manifest = component.manifest;
    std::string out = "{";
    member(out, "id", json_string(manifest.id));
    member(out, "version", json_string(manifest.version.to_string()));
    member(out, "summary", json_string(manifest.summary));
    member(out, "tags", texts_json(manifest.tags));
    member(out, "input", component.input->text());
    member(out, "timeout_ms", std::to_string(manifest.timeout.count()));
    member(out, "required", required ? "true" : "false");
    member(out, "suggestion", suggestion == nullptr ? "null" : json_string(*suggestion));
    return out + '}';
}

bool is_required(const ChatRequest& request, const std::string& id) {
    return std::find(request.required.begin(), request.required.end(), id) != request.required.end();
}

Error refuse(ErrorCode code, std::string message) {
    return {code, std::move(message), {}};
}

// Reads an answer entry by entry; the first thing that is wrong ends it.
class Reader {
public:
    Reader(const Registry& registry, std::string_view chooser) : registry_(registry), chooser_(chooser) {}

    std::optional<Error> add(const JsonValue& entry, const std::string& place) {
        if (!entry.IsObject())
            return refuse(ErrorCode::invalid_argument,
                          place + R"(: expected {"id": string, "reason": string}, got )" + shown(entry));
        const auto* id = find_member(entry, "id");
        if (id == nullptr || !id->IsString())
            return refuse(ErrorCode::invalid_argument, place + ".id: expected a component's id, got " +
                                                           (id == nullptr ? "nothing" : shown(*id)));
        const auto* reason = find_member(entry, "reason");
        if (reason != nullptr && !reason->IsString() && !reason->IsNull())
            return refuse(ErrorCode::invalid_argument, place + ".reason: expected a string, got " + shown(*reason));
        return take(string_member(entry, "id"), string_member(entry, "reason"), place + ".id: ", shown(*id));
    }
    void require(std::span<const std::string> ids) {
        for (const auto& id : ids) {
            auto component = registry_.find(id);
            if (component != nullptr && ids_.insert(component->manifest.id).second)
                list_.push_back({std::move(component), std::string(kRequired)});
        }
    }
    std::vector<Candidate> result() { return std::move(list_); }

private:
    std::optional<Error> take(std::string_view id, std::string_view reason, const std::string& place,
                              const std::string& shown_id) {
        auto component = registry_.find(id);
        if (component == nullptr)
            return refuse(ErrorCode::not_found,
                          place + "expected one of the components given, got the unknown " + shown_id);
        if (component->manifest.role != Role::component)
            return refuse(ErrorCode::invalid_argument, place + "expected one of the components given, got the " +
                                                           std::string(to_string(component->manifest.role)) + ' ' +
                                                           shown_id);
        if (!ids_.insert(component->manifest.id).second)
            return refuse(ErrorCode::invalid_argument,
                          place + "expected each component once, got " + shown_id + " a second time");
        auto why = std::string(chooser_);
        if (!reason.empty()) why += ": " + std::string(utf8_prefix(reason, kReasonCharacters));
        list_.push_back({std::move(component), std::move(why)});
        return std::nullopt;
    }

    const Registry& registry_;
    std::string_view chooser_;
    std::unordered_set<std::string_view> ids_;  // of the components, which the registry keeps
    std::vector<Candidate> list_;
};

}  // namespace

std::string selection_body(const ChatRequest& request, const Turn& turn, std::int64_t project_id,
                           const Selector& selector, std::span<const Candidate> suggested, std::size_t max_bytes) {
    std::unordered_map<std::string_view, const std::string*> reasons;
    for (const auto& one : suggested) reasons.emplace(one.component->manifest.id, &one.reason);
    std::string out = R"({"request":)" + request_json(request, turn, project_id);
    member(out, "max", std::to_string(selector.limits().max_candidates));
    member(out, "components", "[");
    std::size_t omitted = 0;
    for (const auto& component : selector.registry()->of_role(Role::component)) {
        const auto& id = component->manifest.id;
        const auto reason = reasons.find(id);
        const auto entry = component_json(*component, is_required(request, id),
                                          reason == reasons.end() ? nullptr : reason->second);
        if (omitted > 0 || out.size() + entry.size() + kTailBytes > max_bytes) {
            ++omitted;
            continue;
        }
        if (out.back() != '[') out.push_back(',');
        out += entry;
    }
    out.push_back(']');
    member(out, "omitted", std::to_string(omitted));
    return out + '}';
}

Result<std::vector<Candidate>> verify_selection(std::string_view answer, const Selector& selector,
                                                std::span<const std::string> required, std::string_view chooser) {
    const auto document = parse_json(answer);
    if (!document) return document.error();
    const auto* list = document->IsObject() ? find_member(*document, "components") : nullptr;
    if (list == nullptr || !list->IsArray())
        return refuse(ErrorCode::invalid_argument,
                      R"(expected {"components": [{"id", "reason"}]}, got )" + shown(*document));
    const auto most = selector.limits().max_candidates;
    if (list->Size() > most)
        return refuse(ErrorCode::limit, "components: expected at most " + std::to_string(most) +
                                            " [run.candidates_max], got " + std::to_string(list->Size()));
    Reader in(*selector.registry(), chooser);
    for (rapidjson::SizeType i = 0; i < list->Size(); ++i)
        if (auto problem = in.add((*list)[i], "components[" + std::to_string(i) + "]")) return std::move(*problem);
    in.require(required);
    return in.result();
}

}  // namespace cedar::host
