#include "host/store/database_error.hpp"

#include <sqlite3.h>

namespace cedar::host::store {

namespace {

Error readonly_error(int code, const std::string& words, const std::string& path) {
    if (code == SQLITE_READONLY_DBMOVED) {
        return {ErrorCode::io, path + ": the database file was moved or deleted while it was open", words};
    }
    return {ErrorCode::io,
            path + ": the database cannot be written: check the permissions of the file and its folder", words};
}

}  // namespace

Error database_error(int code, const std::string& words, const std::string& path) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::unavailable, path + ": the database is locked by another process", words};
        case SQLITE_READONLY: return readonly_error(code, words, path);
        case SQLITE_FULL: return {ErrorCode::io, path + ": the disk is full", words};
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH: return {ErrorCode::io, path + ": the database cannot be opened", words};
        case SQLITE_IOERR: return {ErrorCode::io, path + ": the database cannot be read or written", words};
        case SQLITE_CORRUPT:
            return {ErrorCode::corrupt, path + ": the database is damaged; restore it from a backup", words};
        case SQLITE_NOTADB:
            return {ErrorCode::corrupt, path + ": expected an SQLite database, got other data", words};
        case SQLITE_TOOBIG: return {ErrorCode::limit, path + ": a value is too large to be stored", words};
        case SQLITE_NOMEM: return {ErrorCode::limit, path + ": out of memory", words};
        case SQLITE_INTERRUPT: return {ErrorCode::cancelled, path + ": the statement was interrupted", words};
        default: return {ErrorCode::internal, path + ": the statement failed", words};
    }
}

}  // namespace cedar::host::store
