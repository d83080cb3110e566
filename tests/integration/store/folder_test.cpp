#include "host/store/data_folder.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace cedar::host::store {
namespace {

class FolderTest : public StoreFixture {};

TEST_F(FolderTest, MakesTheDataFolder) {
    ASSERT_TRUE(open_store());
    EXPECT_TRUE(std::filesystem::exists(layout().registry()));
}

TEST_F(FolderTest, SaysThatTheFolderIsAFile) {
    folder_.write("data", "x");
    const auto refused = open_store();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::io);
    EXPECT_NE(refused.error().message.find((folder_ / "data").string()), std::string::npos);
}

TEST_F(FolderTest, SaysThatTheFolderCannotBeWritten) {
    const auto refused = prepare_data_folder("/proc/self/fd");  // not even by root
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::io);
    EXPECT_TRUE(
        refused.error().message.starts_with("data folder /proc/self/fd: expected a folder that can be written"));
}

TEST_F(FolderTest, SaysThatAFileIsNoDatabase) {
    folder_.write("data/cedarpy.db", std::string(5000, 'x'));
    const auto refused = open_store();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_TRUE(refused.error().message.ends_with("cedarpy.db: expected an SQLite database, got other data"));
}

TEST_F(FolderTest, SaysThatAProjectIsDamagedAndServesTheOthers) {
    start();
    const auto bad = create("bad").value(), good = create("good").value();
    stop();
    std::filesystem::remove(layout().project_database(bad.id).string() + "-wal");
    std::filesystem::resize_file(layout().project_database(bad.id), 0);
    folder_.write("data/projects/" + std::to_string(bad.id) + "/database.db", std::string(8192, '\x55'));
    start();
    const auto refused = say(bad.id, "hello");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
    EXPECT_EQ(log_.count("store", "expected an SQLite database"), 1U);
    EXPECT_TRUE(say(good.id, "hello"));
}

TEST_F(FolderTest, RefusesADatabaseThatIsNewerThanThisHost) {
    start();
    const auto project = create("alpha").value();
    stop();
    {
        auto db = look(project.id);
        db.execute("PRAGMA user_version=999");
    }
    start();
    const auto refused = say(project.id, "hello");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_NE(refused.error().message.find("got 999: it was written by a newer version of cedar"),
              std::string::npos);
}

TEST_F(FolderTest, SaysThatTheDiskIsFullAndKeepsWhatWasCommitted) {
    start();
    const auto project = create("alpha").value();
    ASSERT_TRUE(say(project.id, "before"));
    auto db = look(project.id);
    const auto pages = db.integer("PRAGMA page_count").value();
    db.execute(("PRAGMA max_page_count=" + std::to_string(pages)).c_str());
    try {
        db.run("INSERT INTO notes(project_id, branch_id, content, created_at) VALUES(1, 1, ?, '')",
               std::string(1 << 20, 'x'));
        FAIL() << "the database grew beyond its limit";
    } catch (const ErrorException& e) {
        EXPECT_EQ(e.error().code, ErrorCode::io);
        EXPECT_TRUE(e.error().message.ends_with("the disk is full"));
    }
    EXPECT_EQ(db.integer("SELECT count(*) FROM thread_messages"), 1);
    EXPECT_EQ(column(db, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
}

}  // namespace
}  // namespace cedar::host::store
