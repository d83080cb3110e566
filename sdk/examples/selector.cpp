// A selector: of those that the host would ask, the quickest few.
#include <cedar/selector.hpp>

#include <algorithm>

class QuickFew {
public:
    struct Config {
        std::uint32_t count = 3;
    };
    explicit QuickFew(const Config& config) : count_(config.count) {}

    cedar::Selection choose(const cedar::SelectorInput& input) const {
        std::vector<cedar::Eligible> suggested;
        for (const auto& component : input.components) {
            if (component.suggestion) suggested.push_back(component);
        }
        std::ranges::stable_sort(suggested, {}, &cedar::Eligible::timeout_ms);
        suggested.resize(std::min<std::size_t>({suggested.size(), count_, input.max}));

        cedar::Selection selection;
        for (const auto& component : suggested) {
            const auto reason = *component.suggestion + "; at most " + std::to_string(component.timeout_ms) + " ms";
            selection.components.push_back({component.id, reason});
        }
        return selection;
    }

private:
    std::uint32_t count_;
};
BOOST_DESCRIBE_STRUCT(QuickFew::Config, (), (count))
CEDAR_ANNOTATE(QuickFew::Config, cedar::field<&QuickFew::Config::count>{.minimum = 1, .has_default = true})

CEDAR_PLUGIN(cedar::component<&QuickFew::choose>{.id = "sample.quick_few",
                                                 .version = "1.0.0",
                                                 .summary = "Asks the quickest of those that fit.",
                                                 .role = cedar::Role::selector,
                                                 .timeout = std::chrono::seconds(1),
                                                 .deterministic = true})
