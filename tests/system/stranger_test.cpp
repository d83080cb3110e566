// A component that somebody else wrote and compiled, with nothing but the SDK's folder.
#include "cedar_fixture.hpp"

namespace cedar::host {
namespace {

class Stranger : public CedarTest {
protected:
    // Compiles one C file into `<folder>/mine/<name>.so`.
    void compile(const std::string& name, const std::string& source) const {
        const auto file = folder_.write(name + ".c", source);
        std::filesystem::create_directories(folder_ / "mine");
        Process compiler({CEDAR_C_COMPILER, "-std=c11", "-shared", "-fPIC", "-I", CEDAR_SDK "/include", "-o",
                          (folder_ / ("mine/" + name + ".so")).string(), file.string()});
        ASSERT_EQ(compiler.wait(), 0) << compiler.err();
    }
};

constexpr const char* kSource = R"(
#include <cedar/plugin.h>
#include <string.h>

static cedar_status say(const cedar_host *host, cedar_invocation invocation, const cedar_request *request) {
    static const char text[] = "{\"saying\":\"Strangers say that slate roofs last for ages.\"}";
    const cedar_view answer = {text, sizeof text - 1};
    (void)request;
    return host->answer(host, invocation, answer);
}

CEDAR_C_PLUGIN("{\"manifest\":1,\"abi\":\"1.0\",\"components\":[{"
               "\"id\":\"stranger.say\",\"version\":\"0.1.0\",\"summary\":\"Says what strangers say.\","
               "\"output\":{\"type\":\"object\",\"properties\":{\"saying\":{\"type\":\"string\"}},"
               "\"required\":[\"saying\"]},\"select\":{\"keywords\":[\"strangers\"]}}]}",
               {"stranger.say", say});
)";

TEST_F(Stranger, AnswersInARunOnceItsLibraryIsInAFolder) {
    compile("stranger", kSource);
    import_roofs();
    const std::string mine = (folder_ / "mine").string();
    const Ended listed = run({"components", "--plugins", mine});
    EXPECT_NE(listed.out.find("stranger.say"), std::string::npos) << listed.out << listed.err;
    const Ended asked = run({"ask", "--project", "houses", "--aggregator", kExtractive, "--plugins", mine,
                             "--events", "What do strangers say?"});
    EXPECT_EQ(asked.code, 0) << asked.err;
    EXPECT_NE(asked.out.find("stranger.say ok"), std::string::npos) << asked.out;
    EXPECT_NE(asked.out.find("keyword"), std::string::npos) << asked.out;
}

}  // namespace
}  // namespace cedar::host
