#include "host/worker/frame.hpp"

#include "host/worker/descriptor.hpp"
#include "host/worker/messages.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace cedar::host::worker {
namespace {

// Bytes through a real pair of sockets of this process.
class FrameBufferTest : public testing::Test {
protected:
    void SetUp() override {
        int ends[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        here_ = Descriptor(ends[0]);
        there_ = Descriptor(ends[1]);
    }
    void send(std::string_view bytes) {
        ASSERT_EQ(::send(there_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    }
    Descriptor here_, there_;
    FrameBuffer buffer_{1000};
};

TEST_F(FrameBufferTest, CutsBytesIntoFramesWhereverTheyAreSplit) {
    InvokeMessage message{"a.b", 42, "{}"};
    const std::string bytes = encode(FrameType::invoke, 7, message) + encode(FrameType::cancel, 8, ReplyMessage{});
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        FrameBuffer buffer(1000);
        std::vector<std::uint64_t> ids;
        for (const std::string& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
            send(part);
            ASSERT_EQ(buffer.fill(here_.get()), FrameBuffer::Filled::some);
            while (const auto frame = buffer.next()) ids.push_back(frame->id);
        }
        EXPECT_EQ(ids, (std::vector<std::uint64_t>{7, 8})) << cut;
    }
}

TEST_F(FrameBufferTest, RefusesWhatIsTooLargeBeforeItHasCome) {
    send(frame_header(FrameType::emit, 1, 1001));
    EXPECT_EQ(buffer_.fill(here_.get()), FrameBuffer::Filled::some);
    EXPECT_FALSE(buffer_.next());
    EXPECT_EQ(buffer_.broken(), "expected a message of at most 1000 bytes, got one of 1001");
}

TEST_F(FrameBufferTest, RefusesAnUnknownType) {
    send(frame_header(static_cast<FrameType>(99), 1, 0));
    EXPECT_EQ(buffer_.fill(here_.get()), FrameBuffer::Filled::some);
    EXPECT_FALSE(buffer_.next());
    EXPECT_EQ(buffer_.broken(), "expected a known message, got type 99");
}

TEST_F(FrameBufferTest, SeesTheEnd) {
    EXPECT_EQ(buffer_.fill(here_.get()), FrameBuffer::Filled::nothing);
    there_.reset();
    EXPECT_EQ(buffer_.fill(here_.get()), FrameBuffer::Filled::closed);
}

TEST(Messages, ReadNothingButWhatWasWritten) {
    StartMessage start;
    start.readable = {"/a", "/b"};
    start.services = {"x.y"};
    start.limits.answer_bytes = 5;
    FieldWriter writer;
    writer(start);
    const std::string bytes = writer.bytes();
    StartMessage read;
    ASSERT_TRUE(decode(bytes, read));
    EXPECT_EQ(read.readable, start.readable);
    EXPECT_EQ(read.services, start.services);
    EXPECT_EQ(read.limits.answer_bytes, 5U);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode(bytes.substr(0, size), read)) << size;
    EXPECT_FALSE(decode(bytes + "x", read));
}

TEST(Messages, AClaimedLengthCostsNothing) {
    EndedMessage message;
    EXPECT_FALSE(decode(std::string(16, '\xff'), message));
    LoadedMessage list;
    EXPECT_FALSE(decode(std::string("\0\0\0\0\xff\xff\0\0", 8), list));
}

}  // namespace
}  // namespace cedar::host::worker
