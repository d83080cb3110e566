// Libraries that are being tried, beside those that are in use.
#include "host/loader/catalogue.hpp"
#include "host/loader/plugin_ledger.hpp"
#include "host/loader/prober.hpp"
#include "tests/integration/loader/loader_fixture.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace cedar::host::loader {
namespace {

using Kind = ProbeVerdict::Kind;

// Tells a verdict when the test says so.
class HeldProber final : public Prober {
public:
    void begin(std::vector<ProbeTarget> targets) override {
        for (const ProbeTarget& target : targets) {
            const std::string name = std::filesystem::path(target.file).filename().string();
            asked.push_back(name);
            open_.emplace(name, target.ticket);
        }
    }
    std::vector<Told> take() override { return std::exchange(told_, {}); }
    bool wait(std::chrono::milliseconds) override {
        for (const std::string& name : at_once) tell(name);
        at_once.clear();
        return !told_.empty();
    }
    // Of several contents with this name, the first that was asked.
    void tell(const std::string& name, Kind kind = Kind::passed, const std::string& reason = {}) {
        ProbeVerdict verdict;
        verdict.kind = kind;
        verdict.reason = reason;
        const auto found = open_.find(name);
        ASSERT_NE(found, open_.end()) << name;
        told_.push_back({found->second, std::move(verdict)});
        open_.erase(found);
    }

    std::vector<std::string> asked, at_once;  // at_once: told to the one who waits

private:
    std::multimap<std::string, std::uint64_t> open_;
    std::vector<Told> told_;
};

class Probing : public LoaderTest {
protected:
    void SetUp() override {
        std::filesystem::create_directories(plugins());
        ledger_ = PluginLedger::open(folder_ / "plugins.json").value();
    }
    void start(PluginMode mode = PluginMode::process, std::size_t generations_max = 64) {
        CatalogueOptions tried = options();
        tried.prober = &prober_;
        tried.ledger = ledger_.get();
        tried.generations_max = generations_max;
        tried.place = [mode](std::size_t, const auto&, const auto&) {
            Placement placement;
            placement.mode = mode;
            placement.probed = mode != PluginMode::in_process;
            return placement;
        };
        catalogue_ = scan(std::move(tried));
    }
    [[nodiscard]] const PluginRecord& only_record() const { return catalogue_->records().front(); }
    [[nodiscard]] std::string state(std::string_view name) const {
        for (const PluginRecord& one : *catalogue_->snapshot()) {
            if (one.file.ends_with("/" + std::string(name))) return std::string(to_string(one.state));
        }
        return "none";
    }
    // "id version" of all that is in use.
    [[nodiscard]] std::vector<std::string> in_use() const {
        std::vector<std::string> all;
        for (const Plugin& plugin : catalogue_->ready()) {
            for (const Manifest& one : plugin.components) all.push_back(one.id + " " + one.version.to_string());
        }
        return all;
    }
    void look() { EXPECT_TRUE(catalogue_->refresh()); }
    void take_up() { EXPECT_TRUE(catalogue_->take_up()); }

    using Names = std::vector<std::string>;
    HeldProber prober_;
    std::unique_ptr<PluginLedger> ledger_;
    std::unique_ptr<Catalogue> catalogue_;
};

TEST_F(Probing, TakesUpEachVerdictAsItComes) {
    start();
    install("good");
    install("spins");
    install("waits");
    look();
    EXPECT_EQ(prober_.asked, (Names{"good.so", "spins.so", "waits.so"}));
    for (const char* name : {"good.so", "spins.so", "waits.so"}) EXPECT_EQ(state(name), "probing") << name;
    EXPECT_FALSE(catalogue_->take_up());
    prober_.tell("waits.so");
    take_up();
    EXPECT_EQ(state("waits.so"), "ready");
    EXPECT_EQ(state("good.so"), "probing");
    EXPECT_EQ(in_use(), Names{"fixture.waits 1.0.0"});
    prober_.tell("spins.so", Kind::quarantined, "its probe hung");
    take_up();
    EXPECT_EQ(state("spins.so"), "quarantined");
    EXPECT_EQ(state("good.so"), "probing");
    prober_.tell("good.so");
    take_up();
    EXPECT_EQ(state("good.so"), "ready");
    EXPECT_EQ(prober_.asked.size(), 3U);  // nothing was asked twice
}

TEST_F(Probing, ALookTakesVerdictsUpAsWell) {
    start();
    install("good");
    look();
    EXPECT_FALSE(catalogue_->refresh());
    prober_.tell("good.so");
    look();
    EXPECT_EQ(state("good.so"), "ready");
}

TEST_F(Probing, TheFirstLookWaitsForThoseThatCome) {
    install("good");
    install("spins");
    prober_.at_once = {"good.so"};
    start();
    EXPECT_EQ(state("good.so"), "ready");
    EXPECT_EQ(state("spins.so"), "probing");
    prober_.tell("spins.so");
    take_up();
    EXPECT_EQ(state("spins.so"), "ready");
}

TEST_F(Probing, WhatWillBeReplacedStaysInUse) {
    install("good", "a.so");
    prober_.at_once = {"a.so"};
    start();
    install("good_newer", "a.so");
    look();
    EXPECT_EQ(state("a.so"), "probing");
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
    prober_.tell("a.so", Kind::rejected, "no licence");
    take_up();
    EXPECT_EQ(state("a.so"), "rejected");
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
}

TEST_F(Probing, WhatANewFileWillShadowStaysInUse) {
    install("good", "a.so");
    prober_.at_once = {"a.so"};
    start();
    install("good_newer", "b.so");
    look();
    EXPECT_EQ(state("a.so"), "ready");
    EXPECT_EQ(state("b.so"), "probing");
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
    prober_.tell("b.so");
    take_up();
    EXPECT_EQ(state("a.so"), "shadowed");
    EXPECT_EQ(in_use(), Names{"fixture.good 1.1.0"});
}

TEST_F(Probing, NothingIsBroughtUpThatWouldBeReplacedAtOnce) {
    start();
    install("good", "a.so");
    install("good_newer", "b.so");
    look();
    EXPECT_EQ(prober_.asked, Names{"b.so"});
    EXPECT_EQ(state("a.so"), "found");
    prober_.tell("b.so", Kind::quarantined, "its probe hung");
    take_up();
    EXPECT_EQ(prober_.asked, (Names{"b.so", "a.so"}));
    prober_.tell("a.so");
    take_up();
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
}

TEST_F(Probing, AConflictIsToldAtOnce) {
    start();
    install("good", "a.so");
    look();
    install("good_other_content", "b.so");
    look();
    EXPECT_EQ(state("b.so"), "rejected");
    prober_.tell("a.so");
    take_up();
    EXPECT_EQ(state("a.so"), "rejected");
    EXPECT_TRUE(in_use().empty());
}

TEST_F(Probing, AVerdictOnWhatIsGoneCountsForItsContent) {
    start();
    const auto file = install("spins");
    look();
    const std::string sha256 = catalogue_->snapshot()->at(0).sha256;
    std::filesystem::remove(file);
    look();
    prober_.tell("spins.so", Kind::quarantined, "its probe hung");
    EXPECT_FALSE(catalogue_->take_up());
    EXPECT_TRUE(ledger_->quarantine_of(sha256));
    install("spins");
    look();
    EXPECT_EQ(state("spins.so"), "quarantined");
}

TEST_F(Probing, AFileThatHasChangedMeanwhileIsTriedAnew) {
    start();
    install("good", "a.so");
    look();
    install("good_newer", "a.so");
    look();
    EXPECT_EQ(prober_.asked, (Names{"a.so", "a.so"}));
    prober_.tell("a.so", Kind::rejected, "of the content before");
    EXPECT_FALSE(catalogue_->take_up());
    EXPECT_EQ(state("a.so"), "probing");
    prober_.tell("a.so");
    take_up();
    EXPECT_EQ(in_use(), Names{"fixture.good 1.1.0"});
}

TEST_F(Probing, MovesToAWorkerWhatIsOneLibraryTooManyForThisProcess) {
    start(PluginMode::in_process, 1);
    install("good", "a.so");
    look();
    EXPECT_NE(catalogue_->ready().front().entry, nullptr);
    EXPECT_EQ(only_record().mode, "in-process");
    install("good_newer", "a.so");
    look();
    EXPECT_EQ(prober_.asked, Names{"a.so"});
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
    prober_.tell("a.so");
    take_up();
    EXPECT_EQ(in_use(), Names{"fixture.good 1.1.0"});
    EXPECT_EQ(catalogue_->ready().front().entry, nullptr);
    EXPECT_EQ(only_record().state, PluginState::ready);
    EXPECT_EQ(only_record().mode, "process");
    EXPECT_EQ(only_record().reason,
              "in a worker process: 1 different libraries with a component of the same id have been loaded in the "
              "host's own, and none can be unloaded; restart the host to run this one in-process");
    EXPECT_FALSE(catalogue_->refresh());  // it stays there
    install("good", "a.so");              // which is loaded already
    look();
    EXPECT_EQ(only_record().mode, "in-process");
    EXPECT_EQ(in_use(), Names{"fixture.good 1.0.0"});
}

}  // namespace
}  // namespace cedar::host::loader
