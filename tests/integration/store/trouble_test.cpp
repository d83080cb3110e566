// A disk that is full, a database that may not be written: a file system of the test's own shows both.
#include "tests/integration/store/store_fixture.hpp"

#include <sched.h>
#include <sys/mount.h>

namespace cedar::host::store {
namespace {

// Mounts, seen by the thread that makes the store and by the store's own. Needs the right to mount.
class TroubleTest : public StoreFixture {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            GTEST_SKIP() << "no right to mount a file system";
        std::filesystem::create_directories(data());
        if (::mount("none", data().c_str(), "tmpfs", 0, "size=2m") != 0) GTEST_SKIP() << "no file system in memory";
        mounted_ = true;
    }
    void TearDown() override {
        store_.reset();
        if (mounted_) ::umount2(data().c_str(), MNT_DETACH);
    }
    [[nodiscard]] std::string data() const { return (folder_ / "data").string(); }
    bool mounted_ = false;
};

TEST_F(TroubleTest, SaysThatTheDiskIsFullAndGoesOnOnceItIsNot) {
    start();
    const auto project = create("full").value().id;
    const auto first = say(project, "small");
    ASSERT_TRUE(first);
    const std::string large(256 * 1024, 'x');
    Result<Turn> turn = first.value();
    int kept = 0;
    for (; kept < 100 && turn; ++kept) turn = say(project, large, first->thread_id);
    ASSERT_FALSE(turn) << "it never got full";
    EXPECT_EQ(turn.error().code, ErrorCode::io);
    EXPECT_NE(turn.error().message.find(": the disk is full"), std::string::npos) << turn.error().message;
    EXPECT_NE(turn.error().message.find("database.db"), std::string::npos) << turn.error().message;

    // Reading goes on, nothing that was committed is lost, and with room it is written again.
    ASSERT_TRUE(search(project, "small"));
    ASSERT_EQ(::mount("none", data().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
    EXPECT_TRUE(say(project, large, first->thread_id));
    stop();
    auto db = look(project);
    EXPECT_EQ(column(db, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages WHERE role = 'user'"), 1 + (kept - 1) + 1);
}

TEST_F(TroubleTest, SaysThatADatabaseCannotBeWritten) {
    start();
    const auto project = create("read only").value().id;
    ASSERT_TRUE(say(project, "before"));
    stop();
    const auto file = layout().project_database(project).string();
    ASSERT_EQ(::mount(file.c_str(), file.c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount("none", file.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
    start();  // the registry is sound
    const auto turn = say(project, "after");
    ASSERT_FALSE(turn);
    EXPECT_EQ(turn.error().code, ErrorCode::io);
    EXPECT_NE(turn.error().message.find(file + ": the database cannot be written"), std::string::npos)
        << turn.error().message;
    EXPECT_TRUE(create("another")) << "other projects are not concerned";
    store_.reset();
    ASSERT_EQ(::umount2(file.c_str(), MNT_DETACH), 0);
    start();
    EXPECT_TRUE(say(project, "again"));
}

TEST_F(TroubleTest, SaysThatTheFolderCannotBeWritten) {
    ASSERT_EQ(::mount("none", data().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    const auto opened = open_store();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message.find("data folder " + data() + ": expected a folder that can be written"), 0U)
        << opened.error().message;
}

}  // namespace
}  // namespace cedar::host::store
