#include "host/loader/inspection.hpp"

#include "host/core/json.hpp"
#include "host/loader/digest.hpp"
#include "host/loader/elf_notes.hpp"
#include "host/loader/entry_check.hpp"
#include "host/loader/file_bytes.hpp"

#include <cedar/abi.h>

#include <utility>

namespace cedar::host::loader {

namespace {

Error refuse(std::string message) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}};
}

ElfFacts gather_facts(const ElfFile& elf, const ElfDynamic& dynamic) {
    ElfFacts facts;
    facts.machine = elf.machine();
    facts.soname = to_utf8(dynamic.soname());
    facts.runpath = to_utf8(dynamic.runpath());
    for (const std::string_view name : dynamic.needed()) facts.needed.push_back(to_utf8(name));
    const Notes build_ids = find_notes(elf, "GNU", NT_GNU_BUILD_ID);
    if (!build_ids.contents.empty()) facts.build_id = to_hex(build_ids.contents.front().bytes());
    return facts;
}

Result<std::string> read_manifest_text(const ElfFile& elf) {
    const std::string expected = "ELF note \"" CEDAR_NOTE_NAME "\" of type " + std::to_string(CEDAR_NOTE_TYPE);
    const Notes notes = find_notes(elf, CEDAR_NOTE_NAME, CEDAR_NOTE_TYPE);
    if (notes.contents.empty()) {
        return refuse("no manifest: expected one " + expected +
                      (notes.broken ? "; a note of the file is broken" : ""));
    }
    if (notes.contents.size() > 1) {
        return refuse("more than one manifest: expected one " + expected + ", got " +
                      std::to_string(notes.contents.size()));
    }
    std::string_view text = notes.contents.front().chars();
    // A C string literal may bring its NUL along.
    while (text.ends_with('\0')) text.remove_suffix(1);
    if (text.size() > CEDAR_MANIFEST_MAX_BYTES) {
        return refuse("manifest too large: expected at most " + std::to_string(CEDAR_MANIFEST_MAX_BYTES) +
                      " bytes, got " + std::to_string(text.size()));
    }
    return std::string(text);
}

Result<void> agree(const EntryFacts& entry, const PluginManifest& manifest) {
    if (entry.abi_major == manifest.abi_major && entry.abi_minor == manifest.abi_minor) return {};
    return refuse("manifest: abi: expected " + std::to_string(entry.abi_major) + "." +
                  std::to_string(entry.abi_minor) + " as in " CEDAR_ENTRY_SYMBOL ", got " +
                  std::to_string(manifest.abi_major) + "." + std::to_string(manifest.abi_minor));
}

// Fills in one part after the other; the first thing wrong is kept, and the rest is read all the same.
class Inspector {
public:
    explicit Inspector(std::span<const std::byte> image) : image_(image) { found_.size = image.size(); }

    Inspection run() && {
        auto elf = ElfFile::open(image_);
        if (!elf) {
            note(elf.error());
            return std::move(found_);
        }
        const ElfDynamic dynamic(*elf);
        found_.elf = gather_facts(*elf, dynamic);
        look_at_entry(*elf, dynamic);
        look_at_manifest(*elf);
        return std::move(found_);
    }

private:
    void note(const Error& error) {
        if (found_.refusal.empty()) found_.refusal = error.message;
    }

    void look_at_entry(const ElfFile& elf, const ElfDynamic& dynamic) {
        auto entry = read_entry(elf, dynamic);
        if (!entry) return note(entry.error());
        found_.entry = *entry;
        if (auto fits = check_entry(*entry); !fits) note(fits.error());
    }

    void look_at_manifest(const ElfFile& elf) {
        auto text = read_manifest_text(elf);
        if (!text) return note(text.error());
        found_.manifest_json = std::move(*text);
        auto manifest = parse_manifest(found_.manifest_json);
        if (!manifest) {
            const std::string& why = manifest.error().message;
            return note(refuse((why.starts_with("manifest: ") ? "" : "manifest: ") + why));
        }
        if (found_.entry) {
            if (auto same = agree(*found_.entry, *manifest); !same) note(same.error());
        }
        found_.manifest = std::move(*manifest);
    }

    ByteView image_;
    Inspection found_;
};

}  // namespace

Inspection inspect(std::span<const std::byte> image) {
    return Inspector(image).run();
}

Result<Inspection> inspect_file(const std::filesystem::path& file, std::uint64_t max_bytes) {
    auto bytes = read_regular_file(file, max_bytes);
    if (!bytes) {
        Error error = bytes.error();
        error.message = to_utf8(file.native()) + ": " + error.message;
        return error;
    }
    Inspection found = inspect(bytes->content);
    found.sha256 = sha256_hex(bytes->content);
    return found;
}

}  // namespace cedar::host::loader
