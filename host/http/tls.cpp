#include "host/http/tls.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace cedar::host::http {

namespace net = boost::asio;
namespace ssl = boost::asio::ssl;

namespace {

class Layer final : public TlsLayer {
public:
    Layer(Tcp tcp, ssl::context& context) : stream_(std::move(tcp), context) {}

    Tcp& tcp() override { return stream_.next_layer(); }
    const Tcp& tcp() const override { return stream_.next_layer(); }
    void handshake(Done done) override {
        stream_.async_handshake(ssl::stream_base::server,
                                [done = std::move(done)](ErrorCode error) { done(error, 0); });
    }
    void read_some(net::mutable_buffer into, Done done) override { stream_.async_read_some(into, std::move(done)); }
    void write_some(net::const_buffer from, Done done) override { stream_.async_write_some(from, std::move(done)); }
    void shut(Done done) override {
        stream_.async_shutdown([done = std::move(done)](ErrorCode error) { done(error, 0); });
    }

private:
    ssl::stream<Tcp> stream_;
};

class Context final : public TlsContext {
public:
    explicit Context(std::shared_ptr<ssl::context> context) : context_(std::move(context)) {}
    std::unique_ptr<TlsLayer> layer(TlsLayer::Tcp tcp) const override {
        return std::make_unique<Layer>(std::move(tcp), *context_);
    }

private:
    std::shared_ptr<ssl::context> context_;  // not changed once it is here
};

// HTTP/1.1 where the peer offers a choice; whoever offers only others gets no agreement and may go on without.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void* /*unused*/) {
    static constexpr unsigned char spoken[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, length, spoken, sizeof spoken - 1, offered, offered_length);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// OpenSSL does not say why it could not open a file.
Result<void> readable(const std::filesystem::path& path) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code))
        return Error{ErrorCode::invalid_argument, path.string() + ": expected a file, got a folder", {}};
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file != nullptr) {
        std::fclose(file);
        return {};
    }
    const int why = errno;
    const auto kind = why == ENOENT ? ErrorCode::not_found : why == EACCES ? ErrorCode::denied : ErrorCode::io;
    return Error{kind, path.string() + ": cannot be read: " + std::strerror(why), {}};
}

Error unusable(const std::filesystem::path& path, const char* expected, const boost::system::error_code& error) {
    return {ErrorCode::invalid_argument, path.string() + ": expected " + expected + ": " + error.message(), {}};
}

Result<void> take_files(ssl::context& context, const std::filesystem::path& certificate,
                        const std::filesystem::path& key) {
    for (const auto* path : {&certificate, &key})
        if (auto seen = readable(*path); !seen) return seen.error();
    boost::system::error_code error;
    context.use_certificate_chain_file(certificate.string(), error);
    if (error) return unusable(certificate, "a certificate in PEM form", error);
    // Without an answer OpenSSL would ask for a passphrase on the terminal.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
    if (!error) context.use_private_key_file(key.string(), ssl::context::pem, error);
    const bool other = ERR_GET_REASON(static_cast<unsigned int>(error.value())) == X509_R_KEY_VALUES_MISMATCH;
    if (error && !other) return unusable(key, "a private key in PEM form, without a passphrase", error);
    if (error || SSL_CTX_check_private_key(context.native_handle()) != 1)
        return Error{
            ErrorCode::invalid_argument,
            key.string() + ": expected the key of the certificate in " + certificate.string() + ", got another one",
            {}};
    return {};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const std::filesystem::path& certificate,
                                                           const std::filesystem::path& key) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps no buffers
    SSL_CTX_set_alpn_select_cb(native, &choose_protocol, nullptr);
    ERR_clear_error();
    if (auto taken = take_files(*context, certificate, key); !taken) return taken.error();
    return std::shared_ptr<const TlsContext>(std::make_shared<Context>(std::move(context)));
}

bool is_plain_http(const boost::system::error_code& error) {
    return error.category() == net::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned int>(error.value())) == SSL_R_HTTP_REQUEST;
}

}  // namespace cedar::host::http
