#pragma once
#include "host/core/check.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>
#include <thread>

namespace cedar::host {

// A key and a certificate that it signed itself, for one name, made when asked for.
class SelfSigned {
public:
    explicit SelfSigned(const std::string& subject_alternative)
        : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free) {
        CEDAR_CHECK(key_ != nullptr);
        X509* x = certificate_.get();
        X509_set_version(x, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
        X509_gmtime_adj(X509_getm_notBefore(x), -3600);
        X509_gmtime_adj(X509_getm_notAfter(x), 3600);
        X509_set_pubkey(x, key_.get());
        auto* name = X509_get_subject_name(x);
        const std::array<unsigned char, 5> common{'c', 'e', 'd', 'a', 'r'};
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common.data(), static_cast<int>(common.size()), -1, 0);
        X509_set_issuer_name(x, name);
        add(NID_subject_alt_name, subject_alternative);
        add(NID_basic_constraints, "critical,CA:TRUE");
        CEDAR_CHECK(X509_sign(x, key_.get(), EVP_sha256()) > 0);
    }

    [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
    [[nodiscard]] X509* certificate() const { return certificate_.get(); }
    [[nodiscard]] std::string pem() const {
        const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
        PEM_write_bio_X509(out.get(), certificate_.get());
        return text(out);
    }
    [[nodiscard]] std::string key_pem() const {
        const Memory out(BIO_new(BIO_s_mem()), &BIO_free);
        PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return text(out);
    }

private:
    using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
    static std::string text(const Memory& from) {
        char* data = nullptr;
        const auto size = BIO_get_mem_data(from.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }
    void add(int what, const std::string& value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
        CEDAR_CHECK(extension != nullptr);
        X509_add_ext(certificate_.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::unique_ptr<X509, decltype(&X509_free)> certificate_{X509_new(), &X509_free};
};

// HTTPS on a free loopback port, one connection after the other, each answered with the same response; on a thread
// of its own until destroyed.
class TlsServer {
public:
    TlsServer(const SelfSigned& identity, std::string response)
        : context_(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free), response_(std::move(response)) {
        CEDAR_CHECK(SSL_CTX_use_certificate(context_.get(), identity.certificate()) == 1);
        CEDAR_CHECK(SSL_CTX_use_PrivateKey(context_.get(), identity.key()) == 1);
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        CEDAR_CHECK(::bind(listener_, raw, size) == 0 && ::listen(listener_, 16) == 0);
        CEDAR_CHECK(::getsockname(listener_, raw, &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~TlsServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
        return "https://" + host + ":" + std::to_string(port_) + "/v1";
    }

private:
    void serve() const {
        for (int peer = 0; (peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(peer)) {
            const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), &SSL_free);
            SSL_set_fd(tls.get(), peer);
            std::array<char, 65536> request{};
            if (SSL_accept(tls.get()) != 1) continue;
            if (SSL_read(tls.get(), request.data(), static_cast<int>(request.size())) <= 0) continue;
            SSL_write(tls.get(), response_.data(), static_cast<int>(response_.size()));
            SSL_shutdown(tls.get());
        }
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::string response_;
    int listener_ = -1;
    unsigned port_ = 0;
    std::thread thread_;
};

}  // namespace cedar::host
