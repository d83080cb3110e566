#include "faults_fixture.hpp"

namespace cedar::host {
namespace {

std::vector<std::string> arguments_of(const std::vector<std::string>& settings) {
    std::vector<std::string> arguments{"--aggregator", kExtractive};
    for (const auto& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
    return arguments;
}

}  // namespace

void FaultsTest::host(const std::vector<std::string>& settings, const Process::Options& options) {
    server_ = serve(arguments_of(settings), options);
    project_ = project_id(*server_);
    // One run before the base is taken: threads and buffers that a host makes at its first use are no leak.
    EXPECT_EQ(chat(port(), project_, R"({"content":"roof"})").last_type, "final");
    EXPECT_TRUE(serves_others());
    take_base();
}

void FaultsTest::host_again(const std::vector<std::string>& settings) {
    server_ = serve(arguments_of(settings));
}

void FaultsTest::take_base() {
    EXPECT_TRUE(eventually([this] { return metric("cedar_http_connections") <= 1; }));
    base_ = vitals();
}

bool FaultsTest::serves_others() const {
    http::Client client(port(), 0, 2);
    const auto answer = client.ask("GET", "/project/" + project_);
    return answer && answer->status == 200;
}

double FaultsTest::metric(const std::string& name) const {
    http::Client client(port(), 0, 2);
    const auto answer = client.ask("GET", "/metrics");
    const auto at = answer ? answer->body.find("\n" + name + " ") : std::string::npos;
    if (at == std::string::npos) return -1;
    return std::stod(answer->body.substr(at + name.size() + 2));
}

void FaultsTest::expect_unharmed(std::size_t growth_kib) {
    ASSERT_TRUE(server_->process().running()) << server_->process().err();
    EXPECT_TRUE(serves_others());
    // The client's own end of the last request is one more for a moment.
    EXPECT_TRUE(eventually([this] { return vitals().descriptors <= base_.descriptors; }, std::chrono::seconds(20)))
        << vitals().descriptors << " descriptors, " << base_.descriptors << " before";
    EXPECT_TRUE(eventually([this] { return vitals().threads <= base_.threads; }, std::chrono::seconds(20)))
        << vitals().threads << " threads, " << base_.threads << " before";
    EXPECT_LE(vitals().resident_kib, base_.resident_kib + growth_kib);
    http::Client client(port(), 0, 2);
    ASSERT_TRUE(client.open(socket_path()));
    ASSERT_TRUE(client.text(R"({"content":"roof"})"));
    EXPECT_EQ(read_run(client).last_type, "final");
    EXPECT_EQ(client.close_code(), 1000U);
    client.shut();  // or the host would wait for it until its stop time is over
    EXPECT_EQ(server_->stop(), 0) << server_->process().err();
}

std::string FaultsTest::host_line() const {
    return "Host: localhost:" + std::to_string(port()) + "\r\n\r\n";
}

}  // namespace cedar::host
