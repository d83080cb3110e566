#include "host/http/tls.hpp"
#include "test_server.hpp"
#include "tests/support/make_event.hpp"
#include "tests/support/sse_reader.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/tls_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace cedar::host::http {
namespace {

using testing::HasSubstr;

class Tls : public testing::Test {
protected:
    ServerOptions options() const {
        ServerOptions options;
        options.tls_certificate = files_.certificate.string();
        options.tls_key = files_.key.string();
        return options;
    }
    // The message of the error, which must be one.
    static Error error_of(const std::filesystem::path& certificate, const std::filesystem::path& key) {
        const auto loaded = TlsContext::load(certificate, key);
        EXPECT_FALSE(loaded);
        return loaded ? Error{} : loaded.error();
    }

    TempFolder folder_;
    TlsFiles files_{folder_.path(), "own"};
};

TEST_F(Tls, CarriesRequestsOneAfterTheOther) {
    TestServer server(options());
    EXPECT_THAT(server.server().url(), HasSubstr("https://127.0.0.1:"));
    Client client(Client::tls, server.port());
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask("GET", "/healthz")->status, 200U);
    const auto posted = client.ask("POST", "/projects/create", "title=x");
    ASSERT_TRUE(posted);
    EXPECT_EQ(posted->status, 303U);
    const auto refused = client.ask("GET", "/healthz", "", "Expect: tea\r\n");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 417U);
    EXPECT_TRUE(client.closed());
}

TEST_F(Tls, CarriesLargeAnswersAndRequestsWhole) {
    TestServer server(options());
    Client client(Client::tls, server.port());
    const auto asset = client.ask("GET", "/ui/app.css");
    ASSERT_TRUE(asset);
    EXPECT_EQ(asset->body, Client(Client::tls, server.port()).ask("GET", "/ui/app.css")->body);
    EXPECT_GT(asset->body.size(), 4000U);
    const auto large = client.ask("POST", "/projects/create", "title=x&rest=" + std::string(60000, 'x'));
    ASSERT_TRUE(large);
    EXPECT_EQ(large->status, 303U);
}

TEST_F(Tls, CarriesChatSockets) {
    TestServer server(options());
    server.runs.set_script([](ScriptedRuns& runs, const std::string& run_id) {
        runs.begin(run_id);
        runs.finish(run_id, std::string(100000, 'x'));
    });
    Client client(Client::tls, server.port());
    ASSERT_TRUE(client.open("/ws/chat/1"));
    ASSERT_TRUE(client.text(R"({"action":"chat","content":"hi"})"));
    for (const char* type : {"ack", "info", "info", "info", "final"})
        EXPECT_THAT(client.next_text(), HasSubstr(R"("type":")" + std::string(type) + "\""));
    EXPECT_EQ(client.close_code(), 1000U);
    EXPECT_TRUE(client.closed());
}

TEST_F(Tls, CarriesEventStreams) {
    TestServer server(options());
    server.threads.append(make_event("a", 1, 7));
    Client client(Client::tls, server.port());
    ASSERT_EQ(client.ask("GET", "/sse/7").value_or(Answer{}).status, 200U);
    for (std::uint64_t seq = 2; seq <= 200; ++seq) server.threads.append(make_event("a", seq, 7));
    SseReader reader;
    while (reader.messages.size() < 200) {
        const auto more = client.some();
        ASSERT_FALSE(more.empty());
        reader.feed(more);
    }
    EXPECT_THAT(reader.last_id, testing::EndsWith("-200"));
    server.stop();
    while (!client.closed()) reader.feed(client.some());
    EXPECT_EQ(reader.messages.size(), 200U);
}

TEST_F(Tls, TakesOnlyItsOwnOrigin) {
    TestServer server(options());
    const auto place = "://localhost:" + std::to_string(server.port()) + "\r\n";
    Client client(Client::tls, server.port());
    EXPECT_EQ(client.ask("POST", "/projects/create", "title=x", "Origin: https" + place)->status, 303U);
    EXPECT_EQ(client.ask("POST", "/projects/create", "title=x", "Origin: http" + place)->status, 403U);
}

TEST_F(Tls, TellsAPeerThatSpeaksPlainHttp) {
    TestServer server(options());
    Client client(server.port());
    const auto answer = client.ask("GET", "/healthz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400U);
    EXPECT_EQ(answer->body, "expected https, got http");
    EXPECT_TRUE(client.closed());
}

TEST_F(Tls, EndsAHandshakeThatDoesNotComeOrIsNone) {
    auto limited = options();
    limited.limits.header_time = std::chrono::milliseconds(200);
    TestServer server(limited);
    Client silent(server.port());
    EXPECT_TRUE(silent.closed());
    Client noise(server.port());
    noise.send(std::string(100, '\0'));
    EXPECT_FALSE(noise.answer());
    EXPECT_EQ(server.server().counters().header_timeouts, 1U);
}

TEST_F(Tls, RenewsItsCertificateWithoutEndingWhatIsOpen) {
    TestServer server(options());
    Client open(Client::tls, server.port());
    const auto before = open.certificate();
    ASSERT_EQ(open.ask("GET", "/healthz")->status, 200U);
    const TlsFiles renewed(folder_.path(), "own");
    ASSERT_TRUE(server.server().renew_certificate());
    EXPECT_EQ(open.ask("GET", "/healthz")->status, 200U);
    Client next(Client::tls, server.port());
    EXPECT_EQ(next.ask("GET", "/healthz")->status, 200U);
    EXPECT_FALSE(next.certificate().empty());
    EXPECT_NE(next.certificate(), before);
    folder_.write("own.key", "half a ke");
    const auto broken = server.server().renew_certificate();
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message, HasSubstr("own.key: expected a private key"));
    EXPECT_EQ(Client(Client::tls, server.port()).certificate(), next.certificate());
    EXPECT_TRUE(TestServer().server().renew_certificate());  // plain HTTP: nothing to do
}

TEST_F(Tls, SaysWhichFileIsWrong) {
    const TlsFiles other(folder_.path(), "other");
    const auto mismatch = error_of(files_.certificate, other.key);
    EXPECT_EQ(mismatch.code, ErrorCode::invalid_argument);
    EXPECT_EQ(mismatch.message, other.key.string() + ": expected the key of the certificate in " +
                                    files_.certificate.string() + ", got another one");
    const auto absent = error_of(folder_.path() / "absent.pem", files_.key);
    EXPECT_EQ(absent.code, ErrorCode::not_found);
    EXPECT_THAT(absent.message, HasSubstr("absent.pem: cannot be read: No such file"));
    EXPECT_THAT(error_of(files_.certificate, folder_.path()).message, HasSubstr("expected a file, got a folder"));
    const auto text = folder_.write("text.pem", "hello");
    EXPECT_THAT(error_of(text, files_.key).message, HasSubstr("text.pem: expected a certificate in PEM form"));
    EXPECT_THAT(error_of(files_.certificate, text).message,
                HasSubstr("text.pem: expected a private key in PEM form"));
    EXPECT_THAT(error_of(files_.key, files_.key).message, HasSubstr("own.key: expected a certificate"));
}

TEST_F(Tls, SaysWhenAFileMayNotBeRead) {
    if (::geteuid() == 0) GTEST_SKIP() << "nothing is forbidden to root";
    ASSERT_EQ(::chmod(files_.key.c_str(), 0), 0);
    const auto denied = error_of(files_.certificate, files_.key);
    EXPECT_EQ(denied.code, ErrorCode::denied);
    EXPECT_THAT(denied.message, HasSubstr("own.key: cannot be read: Permission denied"));
}

}  // namespace
}  // namespace cedar::host::http
