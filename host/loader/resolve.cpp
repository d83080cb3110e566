#include "host/loader/resolve.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cedar::host::loader {

namespace {

std::string name_of(const Offer::Component& component) {
    return component.id + " " + component.version.to_string();
}

class Resolver {
public:
    explicit Resolver(std::span<const Offer> offers) : offers_(offers), rulings_(offers.size()) {}

    std::vector<Ruling> run() && {
        find_duplicates();
        find_conflicts();
        pick_winners();
        for (std::size_t i = 0; i < offers_.size(); ++i) describe(i);
        return std::move(rulings_);
    }

private:
    using Kind = Ruling::Kind;

    void find_duplicates() {
        std::unordered_map<std::string_view, std::size_t> first;
        for (std::size_t i = 0; i < offers_.size(); ++i) {
            rulings_[i].in_use.assign(offers_[i].components.size(), false);
            const auto [found, is_new] = first.emplace(offers_[i].sha256, i);
            if (is_new) continue;
            rulings_[i].kind = Kind::duplicate;
            rulings_[i].same_as = found->second;
            rulings_[i].reason = "shadowed by " + offers_[found->second].file + ", which has the same content";
        }
    }

    // Versions that compare as equal but for build metadata are the same: neither is the higher.
    void find_conflicts() {
        struct Holder {
            std::size_t offer;
            const Offer::Component* component;
        };
        std::unordered_map<std::string_view, std::vector<Holder>> holders;
        for (std::size_t i = 0; i < offers_.size(); ++i) {
            if (rulings_[i].kind == Kind::duplicate) continue;
            for (const auto& component : offers_[i].components) {
                auto& others = holders[component.id];
                for (const Holder& other : others) {
                    if ((other.component->version <=> component.version) != 0) continue;
                    refuse(other.offer, i, component);
                    refuse(i, other.offer, component);
                }
                others.push_back({i, &component});
            }
        }
    }

    void refuse(std::size_t offer, std::size_t other, const Offer::Component& component) {
        Ruling& ruling = rulings_[offer];
        if (ruling.kind == Kind::refused) return;
        ruling.kind = Kind::refused;
        ruling.reason = offers_[offer].file + " and " + offers_[other].file + " both have " + name_of(component) +
                        " with different content: neither is used";
    }

    void pick_winners() {
        for (std::size_t i = 0; i < offers_.size(); ++i) {
            if (rulings_[i].kind != Kind::use || offers_[i].refused) continue;
            const auto& components = offers_[i].components;
            for (std::size_t c = 0; c < components.size(); ++c) {
                auto [best, is_new] = winners_.try_emplace(components[c].id, i, c);
                if (!is_new && at(best->second).version < components[c].version) best->second = {i, c};
            }
        }
        for (const auto& [id, winner] : winners_) rulings_[winner.first].in_use[winner.second] = true;
    }

    void describe(std::size_t offer) {
        Ruling& ruling = rulings_[offer];
        if (ruling.kind != Kind::use || offers_[offer].refused) return;
        std::string losses;
        for (std::size_t c = 0; c < ruling.in_use.size(); ++c) {
            if (ruling.in_use[c]) continue;
            const auto& winner = winners_.at(offers_[offer].components[c].id);
            if (!losses.empty()) losses += "; ";
            losses += name_of(offers_[offer].components[c]) + " is shadowed by " + name_of(at(winner)) + " of " +
                      offers_[winner.first].file;
        }
        ruling.reason = std::move(losses);
        if (std::ranges::find(ruling.in_use, true) == ruling.in_use.end()) ruling.kind = Kind::shadowed;
    }

    using Place = std::pair<std::size_t, std::size_t>;  // offer, component

    [[nodiscard]] const Offer::Component& at(const Place& place) const {
        return offers_[place.first].components[place.second];
    }

    std::span<const Offer> offers_;
    std::vector<Ruling> rulings_;
    std::unordered_map<std::string_view, Place> winners_;
};

}  // namespace

std::vector<Ruling> resolve(std::span<const Offer> offers) {
    return Resolver(offers).run();
}

}  // namespace cedar::host::loader
