#include "tests/integration/runtime/in_process_fixture.hpp"

namespace cedar::host::runtime {
namespace {

class CreateInstanceTest : public InProcessFixture {
protected:
    Result<std::shared_ptr<Invoker>> create(std::shared_ptr<NativeComponent> native, std::string_view config) {
        Manifest manifest;
        manifest.id = "test.created";
        manifest.config_schema = R"({"type":"object","properties":{"n":{"type":"integer"}}})";
        if (native) NativeComponents::all().add(manifest.id, std::move(native));
        return host->make_invoker(native_entry(), manifest, config);
    }
};

TEST_F(CreateInstanceTest, GivesTheConfigurationAndDestroysWhatWasCreated) {
    auto native = std::make_shared<NativeComponent>();
    std::string seen;
    native->create = [&](const cedar_host*, cedar_invocation, std::string_view config) {
        seen = config;
        return cedar_status{CEDAR_OK};
    };
    auto invoker = create(native, R"({"n":3})");
    ASSERT_TRUE(invoker);
    EXPECT_EQ(seen, R"({"n":3})");
    invoker->reset();
    host->stop(10s);
    EXPECT_EQ(native->destroyed, 1);
}

TEST_F(CreateInstanceTest, SaysWhatTheComponentSaidWhenItRefuses) {
    auto native = std::make_shared<NativeComponent>();
    native->create = [this](const cedar_host*, cedar_invocation token, std::string_view) {
        EXPECT_EQ(table->answer(table, token, view("{}")), CEDAR_STALE);
        EXPECT_EQ(table->log(table, token, CEDAR_LOG_INFO, view("trying")), CEDAR_OK);
        table->fail(table, token, view(R"({"code":"bad","message":"n: expected 1 to 9, got 0"})"));
        return cedar_status{CEDAR_INVALID_CONFIG};
    };
    const auto refused = create(native, R"({"n":0})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refused.error().message, "test.created refuses its configuration: n: expected 1 to 9, got 0");
    EXPECT_EQ(log.count("component", "trying"), 1U);
}

TEST_F(CreateInstanceTest, ChecksTheConfigurationAgainstItsSchemaFirst) {
    auto native = std::make_shared<NativeComponent>();
    const auto refused = create(native, R"({"n":"three"})");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message.substr(0, 28), "test.created: configuration:");
}

TEST_F(CreateInstanceTest, ContainsAnExceptionOfCreate) {
    auto native = std::make_shared<NativeComponent>();
    native->create = [](const cedar_host*, cedar_invocation, std::string_view) -> cedar_status {
        throw std::runtime_error("boom");
    };
    const auto refused = create(native, "");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "test.created could not be created: it threw boom");
}

}  // namespace
}  // namespace cedar::host::runtime
