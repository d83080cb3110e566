#pragma once
#include "host/loader/catalogue.hpp"
#include "host/loader/log_tap.hpp"
#include "tests/bad_plugins/bad_plugins.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/temp_folder.hpp"

#include <cedar/abi.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

namespace cedar::host::loader {

// A host that runs nothing: what plugins log goes to a log, everything else is unsupported.
class SilentHost {
public:
    explicit SilentHost(Log& log) : log_(log) {
        table_.abi.struct_size = sizeof(cedar_host);
        table_.abi.abi_major = CEDAR_ABI_MAJOR;
        table_.abi.abi_minor = CEDAR_ABI_MINOR;
        table_.abi.log = [](const cedar_host* host, cedar_invocation, cedar_log_level, cedar_view message) {
            LogRecord line;
            line.stage = "plugin";
            line.message = {message.data, message.size};
            reinterpret_cast<const Table*>(host)->self->log_.write(line);
            return cedar_status{CEDAR_OK};
        };
        table_.self = this;
    }
    [[nodiscard]] const cedar_host& table() const { return table_.abi; }

private:
    struct Table {
        cedar_host abi{};
        SilentHost* self = nullptr;
    };
    Log& log_;
    Table table_;
};

// A plugin folder, a cache and a host; a test puts libraries into the folder and scans.
class LoaderTest : public testing::Test {
protected:
    // Copies a built fixture into the plugin folder.
    std::filesystem::path install(std::string_view fixture, std::string_view as = {}) {
        const auto file = plugins() / (as.empty() ? std::string(fixture) + ".so" : std::string(as));
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::copy_file(bad_plugin(fixture), file, std::filesystem::copy_options::overwrite_existing);
        return file;
    }

    [[nodiscard]] static std::string content_of(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    [[nodiscard]] std::filesystem::path plugins() const { return folder_ / "plugins"; }
    [[nodiscard]] std::filesystem::path cache() const { return folder_ / "cache"; }

    [[nodiscard]] CatalogueOptions options() const {
        CatalogueOptions made;
        made.folders = {plugins()};
        made.cache = cache();
        return made;
    }

    [[nodiscard]] std::unique_ptr<Catalogue> scan() { return scan(options()); }
    [[nodiscard]] std::unique_ptr<Catalogue> scan(CatalogueOptions options) {
        std::filesystem::create_directories(plugins());
        return std::make_unique<Catalogue>(std::move(options), host_.table(), clock_, tap_);
    }

    // Scans a folder with this fixture alone: the reason for its refusal, or its state when it is not refused.
    [[nodiscard]] std::string refusal_of(std::string_view fixture) {
        install(fixture);
        const auto catalogue = scan();
        if (catalogue->records().size() != 1) return "expected one record";
        const PluginRecord& record = catalogue->records()[0];
        EXPECT_EQ(catalogue->ready().size(), record.state == PluginState::ready ? 1U : 0U);
        return record.state == PluginState::rejected ? record.reason : std::string(to_string(record.state));
    }

    TempFolder folder_;
    FakeClock clock_;
    RecordingLog log_;
    LogTap tap_{log_};
    SilentHost host_{tap_};
};

}  // namespace cedar::host::loader
