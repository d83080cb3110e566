#include "host/app/doctor.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

Config with_data(const std::string& folder) {
    Config config;
    config.set(*find_key("data_dir"), folder, {OriginKind::flag, "--data-dir"});
    return config;
}

TEST(Doctor, AMissingKeyIsAFailureOnlyWhereAModelIsNeeded) {
    const Config config;
    EXPECT_EQ(check_key(config, true).health, Health::failed);
    EXPECT_NE(check_key(config, true).remedy.find("OPENAI_API_KEY"), std::string::npos);
    EXPECT_EQ(check_key(config, false).health, Health::skipped);
    Config keyed;
    keyed.set_model_key({"canary-canary", {OriginKind::environment, "OPENAI_API_KEY"}});
    EXPECT_EQ(check_key(keyed, true).health, Health::ok);
    EXPECT_EQ(check_key(keyed, true).text, "environment OPENAI_API_KEY");
    Config testing_mode;
    testing_mode.set_test_mode(true);
    EXPECT_EQ(check_key(testing_mode, true).health, Health::skipped);
}

TEST(Doctor, AsksNoEndpointWithoutAKey) {
    Config config;
    config.set(*find_key("llm.base_url"), std::string("http://127.0.0.1:1/v1"), {OriginKind::flag, ""});
    const auto findings = check_endpoint(config);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].health, Health::skipped);
}

TEST(Doctor, NamesAnEndpointThatIsNotThere) {
    Config config;
    config.set(*find_key("llm.base_url"), std::string("http://127.0.0.1:1/v1"), {OriginKind::flag, ""});
    config.set_model_key({"canary-canary", {OriginKind::environment, "OPENAI_API_KEY"}});
    const auto findings = check_endpoint(config);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].health, Health::failed);
    EXPECT_NE(findings[0].remedy.find("OPENAI_BASE_URL"), std::string::npos);
    EXPECT_EQ(findings_text(findings).find("canary"), std::string::npos);
}

TEST(Doctor, TheDataFolderMayBeMadeButMustBeAFolder) {
    const TempFolder folder;
    EXPECT_EQ(check_data_folder(with_data((folder / "new/one").string())).health, Health::ok);
    const auto file = folder.write("file", "x");
    EXPECT_EQ(check_data_folder(with_data(file.string())).health, Health::failed);
}

TEST(Doctor, ARedisThatIsNotThereIsNamedWithoutItsPassword) {
    const auto finding = check_redis("redis://ann:canary-canary@127.0.0.1:1/0");
    EXPECT_EQ(finding.health, Health::failed);
    EXPECT_NE(finding.text.find("127.0.0.1:1"), std::string::npos) << finding.text;
    EXPECT_EQ(finding.text.find("canary"), std::string::npos) << finding.text;
    EXPECT_EQ(check_redis("").health, Health::skipped);
}

TEST(Doctor, PrintsOneLineEachWithItsRemedy) {
    const std::vector<Finding> findings{{Health::ok, "key", "found", ""},
                                        {Health::failed, "data", "full", "make room"}};
    EXPECT_EQ(findings_text(findings), "ok      key           found\nFAILED  data          full – make room\n");
    EXPECT_EQ(
        findings_json(findings),
        "{\"ok\":false,\"checks\":[{\"health\":\"ok\",\"subject\":\"key\",\"text\":\"found\",\"remedy\":\"\"},"
        "{\"health\":\"failed\",\"subject\":\"data\",\"text\":\"full\",\"remedy\":\"make room\"}]}\n");
    EXPECT_FALSE(all_well(findings));
    EXPECT_TRUE(all_well({findings.data(), 1}));
}

}  // namespace
}  // namespace cedar::host::app
