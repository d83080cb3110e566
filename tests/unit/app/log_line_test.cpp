#include "host/app/log_line.hpp"

#include "host/core/json.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cedar::host::app {
namespace {

LogRecord full_record() {
    LogRecord record;
    record.level = LogLevel::info;
    record.stage = "DISPATCH";
    record.message = "it was asked";
    record.eid = "e1";
    record.rid = "r1";
    record.pid = 7;
    record.uid = "ann";
    record.comp = "example.summarize";
    return record;
}

const UtcTime kTime = FakeClock().now().utc;

TEST(LogLine, HasTheFieldsInTheirOrder) {
    EXPECT_EQ(
        format_text(full_record(), kTime),
        "2026-01-02T03:04:05.000006Z INFO EID=e1 RID=r1 PID=7 UID=ann COMP=example.summarize STAGE=DISPATCH it was "
        "asked");
}

TEST(LogLine, LeavesOutWhatIsEmpty) {
    LogRecord record;
    record.level = LogLevel::error;
    record.stage = "http";
    EXPECT_EQ(format_text(record, kTime), "2026-01-02T03:04:05.000006Z ERROR STAGE=http");
    EXPECT_EQ(format_json(record, kTime), R"({"t":"2026-01-02T03:04:05.000006Z","level":"ERROR","stage":"http"})");
}

TEST(LogLine, CannotBeForgedByAMessage) {
    LogRecord record = full_record();
    record.message = "one\n2026-01-01T00:00:00.000000Z ERROR STAGE=fake \x1b[2J";
    const std::string line = format_text(record, kTime);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_NE(line.find("\"one\\n2026"), std::string::npos) << line;
}

TEST(LogLine, QuotesAFieldThatWouldLookLikeTwo) {
    const std::array<std::pair<std::string_view, std::string>, 1> fields{{{"peer", "a STAGE=b"}}};
    LogRecord record;
    record.fields = fields;
    EXPECT_EQ(format_text(record, kTime), "2026-01-02T03:04:05.000006Z INFO peer=\"a STAGE=b\"");
}

TEST(LogLine, IsJsonWhateverTheTextHolds) {
    const std::array<std::pair<std::string_view, std::string>, 1> fields{{{"k\"", "v\xff\n"}}};
    LogRecord record = full_record();
    record.message = "quote \" backslash \\ bad \xc3\x28 end";
    record.fields = fields;
    const auto parsed = parse_json(format_json(record, kTime));
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(string_member(*parsed, "comp"), "example.summarize");
    EXPECT_EQ(string_member(*parsed, "rid"), "r1");
    EXPECT_EQ(string_member(*parsed, "k\""), "v\xef\xbf\xbd\n");
}

}  // namespace
}  // namespace cedar::host::app
