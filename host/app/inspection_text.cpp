#include "host/app/inspection_text.hpp"

#include "host/app/json_write.hpp"

namespace cedar::host::app {
namespace {

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
    return out.empty() ? "none" : out;
}

std::string abi_text(const loader::EntryFacts& entry) {
    return std::to_string(entry.abi_major) + "." + std::to_string(entry.abi_minor);
}

std::string component_text(const Manifest& manifest) {
    std::string out = "\n" + manifest.id + " " + manifest.version.to_string() + " (" +
                      std::string(to_string(manifest.role)) + ")\n";
    if (!manifest.summary.empty()) out += "  " + manifest.summary + "\n";
    out += "  needs      " + joined(manifest.needs) + "\n";
    out += "  tags       " + joined(manifest.tags) + "\n";
    out += "  execution  " + std::string(to_string(manifest.execution)) + ", at once " +
           (manifest.concurrency == 0 ? std::string("unlimited") : std::to_string(manifest.concurrency)) +
           ", limit " + std::to_string(manifest.timeout.count()) + " ms, stack " +
           std::to_string(manifest.stack_kib) + " KiB\n";
    out += "  input      " + manifest.input_schema + "\n";
    out += "  output     " + manifest.output_schema + "\n";
    out += "  config     " + manifest.config_schema + "\n";
    return out;
}

std::string json_elf(const loader::ElfFacts& elf) {
    return json_object({{"machine", json_string(elf.machine)},
                        {"build_id", json_string(elf.build_id)},
                        {"soname", json_string(elf.soname)},
                        {"runpath", json_string(elf.runpath)},
                        {"needed", json_texts(elf.needed)}});
}

// What stands in the file goes out as JSON only if it is JSON.
std::string json_manifest(const loader::Inspection& inspection) {
    if (inspection.manifest_json.empty()) return "null";
    auto parsed = parse_json(inspection.manifest_json);
    return parsed ? to_json(*parsed) : json_string(inspection.manifest_json);
}

}  // namespace

std::string inspection_text(std::string_view file, const loader::Inspection& inspection) {
    std::string out = "file       " + std::string(file) + "\n";
    out += "size       " + std::to_string(inspection.size) + " bytes\n";
    out += "sha256     " + inspection.sha256 + "\n";
    if (inspection.elf) {
        out += "machine    " + inspection.elf->machine + "\n";
        if (!inspection.elf->build_id.empty()) out += "build id   " + inspection.elf->build_id + "\n";
        out += "links to   " + joined(inspection.elf->needed) + "\n";
    }
    if (inspection.entry) out += "abi        " + abi_text(*inspection.entry) + "\n";
    out += "verdict    " +
           (inspection.acceptable() ? std::string("acceptable") : "refused: " + inspection.refusal) + "\n";
    if (!inspection.manifest) return out;
    for (const std::string& warning : inspection.manifest->warnings) out += "warning    " + warning + "\n";
    for (const Manifest& manifest : inspection.manifest->components) out += component_text(manifest);
    return out;
}

std::string inspection_json(std::string_view file, const loader::Inspection& inspection) {
    const std::vector<std::string> none;
    std::string entry = "null";
    if (inspection.entry) {
        entry = json_object({{"abi", json_string(abi_text(*inspection.entry))},
                             {"struct_size", std::to_string(inspection.entry->struct_size)}});
    }
    return json_object({{"file", json_string(file)},
                        {"size", std::to_string(inspection.size)},
                        {"sha256", json_string(inspection.sha256)},
                        {"acceptable", json_flag(inspection.acceptable())},
                        {"refusal", json_string(inspection.refusal)},
                        {"elf", inspection.elf ? json_elf(*inspection.elf) : "null"},
                        {"entry", entry},
                        {"manifest", json_manifest(inspection)},
                        {"warnings", json_texts(inspection.manifest ? inspection.manifest->warnings : none)}}) +
           "\n";
}

}  // namespace cedar::host::app
