#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace cedar::host {

// A certificate that signed itself, and its key, as PEM files: `<name>.pem` and `<name>.key` in `folder`. New ones
// each time, good for an hour. Failing throws.
struct TlsFiles {
    TlsFiles(const std::filesystem::path& folder, const std::string& name)
        : certificate(folder / (name + ".pem")), key(folder / (name + ".key")) {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(
            EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free);
        const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
        X509_set_version(made.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), pair.get());
        static constexpr unsigned char host[] = "localhost";
        X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC, host, -1, -1, 0);
        X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
        if (X509_sign(made.get(), pair.get(), EVP_sha256()) == 0) throw std::runtime_error("no certificate");
        const File certificate_out(certificate);
        const File key_out(key);
        if (PEM_write_X509(certificate_out.get(), made.get()) != 1 ||
            PEM_write_PrivateKey(key_out.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
            throw std::runtime_error("no certificate file");
    }

    std::filesystem::path certificate, key;

private:
    class File {
    public:
        explicit File(const std::filesystem::path& path) : file_(std::fopen(path.c_str(), "wb")) {
            if (file_ == nullptr) throw std::runtime_error(path.string() + " cannot be written");
        }
        ~File() { std::fclose(file_); }
        File(const File&) = delete;
        File& operator=(const File&) = delete;
        [[nodiscard]] std::FILE* get() const { return file_; }

    private:
        std::FILE* file_;
    };
};

}  // namespace cedar::host
