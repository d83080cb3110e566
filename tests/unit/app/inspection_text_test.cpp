#include "host/app/inspection_text.hpp"

#include "host/core/json.hpp"

#include <gtest/gtest.h>

namespace cedar::host::app {
namespace {

loader::Inspection good_library() {
    loader::Inspection inspection;
    inspection.size = 1234;
    inspection.sha256 = std::string(64, 'a');
    inspection.elf = loader::ElfFacts{"x86-64", "beef", "", "", {"libc.so.6", "libm.so.6"}};
    inspection.entry = loader::EntryFacts{1, 96, 1, 0};
    inspection.manifest_json = R"({"manifest":1})";
    inspection.manifest.emplace();
    Manifest manifest;
    manifest.id = "example.summarize";
    manifest.version = {1, 2, 3, ""};
    manifest.needs = {"store.search"};
    manifest.input_schema = "{}";
    inspection.manifest->components.push_back(manifest);
    inspection.manifest->warnings = {"an unknown key"};
    return inspection;
}

TEST(InspectionText, TellsWhatTheLibrarySays) {
    const std::string text = inspection_text("a.so", good_library());
    for (const char* part : {"abi        1.0", "verdict    acceptable", "example.summarize 1.2.3 (component)",
                             "needs      store.search", "warning    an unknown key", "libc.so.6, libm.so.6"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(InspectionText, TellsWhyALibraryIsRefused) {
    loader::Inspection inspection;
    inspection.refusal = "expected an ELF library, got 3 bytes";
    EXPECT_NE(inspection_text("a.so", inspection).find("refused: expected an ELF library, got 3 bytes"),
              std::string::npos);
}

TEST(InspectionJson, IsJsonAlsoWhenTheManifestIsNot) {
    loader::Inspection inspection = good_library();
    inspection.manifest_json = "{broken";
    const auto parsed = parse_json(inspection_json("a.so", inspection));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(string_member(*parsed, "manifest"), "{broken");
    EXPECT_TRUE(find_member(*parsed, "acceptable")->GetBool());
}

TEST(InspectionJson, HasNullForWhatIsNotThere) {
    const auto parsed = parse_json(inspection_json("a.so", loader::Inspection{}));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    for (const char* name : {"elf", "entry", "manifest"}) EXPECT_TRUE(find_member(*parsed, name)->IsNull()) << name;
}

}  // namespace
}  // namespace cedar::host::app
