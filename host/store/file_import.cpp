#include "host/store/file_import.hpp"

#include "host/core/json.hpp"
#include "host/core/sha256.hpp"
#include "host/core/utf8.hpp"
#include "host/os/file_lock.hpp"
#include "host/store/chunker.hpp"
#include "host/store/file_text.hpp"
#include "host/store/stored_files.hpp"
#include "host/store/timestamp.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <optional>
#include <vector>

namespace cedar::host::store {

namespace {

// Raised when the way from bytes to passages changes, so that files are read again although their bytes are the
// same.
constexpr int kImportFormat = 1;

std::string import_path(const FoundFile& file) {
    return to_utf8(file.path.native());
}

// One import at a time on a project. Throws.
os::LockedFile hold(const std::filesystem::path& file, std::chrono::milliseconds wait) {
    auto lock = os::LockedFile::open(file, os::Hold::alone, wait);
    if (lock) return std::move(*lock);
    if (lock.error().code == ErrorCode::unavailable)
        throw ErrorException({ErrorCode::unavailable, file.string() + ": another import holds the lock", {}});
    throw ErrorException(lock.error());
}

struct Bytes {
    std::string data;
    std::string refusal;  // why there are none
};

Bytes read_file(const FoundFile& file, std::uintmax_t max) {
    const auto too_large = [max](std::uintmax_t size) {
        return "too large (" + std::to_string(size) + " bytes; at most " + std::to_string(max) +
               ", import.max_file_bytes)";
    };
    if (file.bytes > max) return {{}, too_large(file.bytes)};
    std::ifstream in(file.path, std::ios::binary);
    if (!in) return {{}, "cannot be read"};
    Bytes bytes;
    std::array<char, 65536> block{};
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        bytes.data.append(block.data(), static_cast<std::size_t>(in.gcount()));
        if (bytes.data.size() > max) return {{}, too_large(bytes.data.size())};  // it has grown since it was found
    }
    if (in.bad()) return {{}, "cannot be read to its end"};
    return bytes;
}

std::string chunk_id(std::int64_t file_id, std::size_t index) {
    std::array<char, 48> id{};
    std::snprintf(id.data(), id.size(), "%lld:%06zu", static_cast<long long>(file_id), index);
    return id.data();
}

}  // namespace

struct FileImport::Known {
    std::optional<std::int64_t> id;
    std::string sha256, filename;
    std::int64_t chunk_chars = 0, format = 0;
};

struct FileImport::Content {
    std::string bytes, sha256, text;
    FileKind kind;
    std::vector<Chunk> chunks;  // into `text`
};

FileImport::FileImport(const Layout& layout, ProjectDatabase& project, const ImportOptions& options)
    : folder_(layout.main_files(project.project_id)),
      lock_file_(layout.project(project.project_id) / "import.lock"),
      project_(project),
      options_(options) {}

void FileImport::recover() {
    const auto lock = hold(lock_file_, options_.busy_timeout);
    const StoredFiles files(folder_);
    for (const auto& name : files.pending()) {
        auto row = project_.db.prepare(
            "SELECT json_extract(metadata_json, '$.replaces') FROM files WHERE project_id = ? AND branch_id = ? "
            "AND filename = ?");
        if (!row.bind(project_.project_id, project_.main_branch, name).step()) {
            files.discard_pending(name);
            continue;
        }
        if (!row.is_null(0)) files.remove(std::string(row.text(0)));
        files.publish_pending(name);
    }
}

FileOutcome FileImport::run(const FoundFile& file, UtcTime now) {
    Bytes bytes = read_file(file, options_.max_file_bytes);
    if (!bytes.refusal.empty()) return {ImportStatus::skipped, 0, bytes.refusal};
    Content content;
    content.sha256 = sha256_hex(bytes.data);
    const Known before = known(import_path(file));
    if (before.id && before.sha256 == content.sha256 && before.format == kImportFormat &&
        before.chunk_chars == static_cast<std::int64_t>(options_.max_chunk_chars)) {
        return {ImportStatus::unchanged, 0, {}};
    }
    content.kind = file_kind(file.path.native());
    auto text = file_text(content.kind, bytes.data);
    if (!text) return {ImportStatus::skipped, 0, text.error().message};
    content.bytes = std::move(bytes.data);
    content.text = std::move(*text);
    content.chunks = chunk_text(content.text, options_.max_chunk_chars);
    return store(file, content, now);
}

FileImport::Known FileImport::known(const std::string& path) {
    auto row = project_.db.prepare(
        "SELECT id, filename, json_extract(metadata_json, '$.sha256'), json_extract(metadata_json, "
        "'$.chunk_chars'), "
        "json_extract(metadata_json, '$.import_format') FROM files WHERE project_id = ? "
        "AND json_extract(metadata_json, '$.import_path') = ? AND json_valid(metadata_json)");
    if (!row.bind(project_.project_id, path).step()) return {};
    return {row.integer(0), std::string(row.text(2)), std::string(row.text(1)), row.integer(3), row.integer(4)};
}

FileOutcome FileImport::store(const FoundFile& file, const Content& content, UtcTime now) {
    const auto lock = hold(lock_file_, options_.busy_timeout);
    const StoredFiles files(folder_);
    const Known before = known(import_path(file));  // again: another import may have been at it
    const std::string name = files.free_name(file.path.filename().native(), now);
    files.write_pending(name, content.bytes);
    try {
        Transaction transaction(project_.db);
        const auto id = put_row(file, content, before, name, to_timestamp(now));
        put_chunks(id, content, to_timestamp(now));
        transaction.commit();
    } catch (...) {
        files.discard_pending(name);
        throw;
    }
    if (before.id) files.remove(before.filename);
    files.publish_pending(name);
    return {before.id ? ImportStatus::replaced : ImportStatus::imported, content.chunks.size(), {}};
}

std::string FileImport::metadata(const FoundFile& file, const Content& content, const std::string& replaces) const {
    std::string out = "{\"import_path\":" + json_string(import_path(file)) + ",\"sha256\":\"" + content.sha256 +
                      "\",\"import_format\":" + std::to_string(kImportFormat) +
                      ",\"chunk_chars\":" + std::to_string(options_.max_chunk_chars) +
                      ",\"chars\":" + std::to_string(utf8_length(content.text)) +
                      ",\"chunks\":" + std::to_string(content.chunks.size());
    if (!replaces.empty()) out += ",\"replaces\":" + json_string(replaces);
    return out + "}";
}

std::int64_t FileImport::put_row(const FoundFile& file, const Content& content, const Known& before,
                                 const std::string& name, const std::string& now) {
    Database& db = project_.db;
    const auto size = static_cast<std::int64_t>(content.bytes.size());
    const std::string path = (folder_ / name).string();
    const std::string facts = metadata(file, content, before.filename);
    std::int64_t id = before.id.value_or(0);
    if (before.id) {
        db.run("DELETE FROM doc_chunks WHERE file_id = ?", id);
        db.run(
            "UPDATE files SET filename = ?, display_name = ?, file_type = ?, structure = ?, mime_type = ?, "
            "size_bytes = ?, storage_path = ?, metadata_json = ? WHERE id = ?",
            name, file.display_name, content.kind.type, content.kind.structure, content.kind.mime_type, size, path,
            facts, id);
    } else {
        db.run(
            "INSERT INTO files(project_id, branch_id, filename, display_name, file_type, structure, mime_type, "
            "size_bytes, storage_path, created_at, metadata_json, ai_processing) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            project_.project_id, project_.main_branch, name, file.display_name, content.kind.type,
            content.kind.structure, content.kind.mime_type, size, path, now, facts);
        id = db.last_id();
    }
    add_version(db, "file", id,
                "{\"display_name\":" + json_string(file.display_name) + ",\"sha256\":\"" + content.sha256 + "\"}",
                now);
    return id;
}

void FileImport::put_chunks(std::int64_t file_id, const Content& content, const std::string& now) {
    auto insert = project_.db.prepare(
        "INSERT INTO doc_chunks(id, file_id, char_start, char_end, text, created_at) VALUES(?, ?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < content.chunks.size(); ++i) {
        const Chunk& chunk = content.chunks[i];
        insert
            .bind(chunk_id(file_id, i), file_id, static_cast<std::int64_t>(chunk.char_start),
                  static_cast<std::int64_t>(chunk.char_end), chunk.text, now)
            .run();
    }
}

}  // namespace cedar::host::store
