#pragma once
#include "host/app/config.hpp"
#include "host/app/config_loader.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cedar::host::app {

// The variables that have the key of the model, the first that is set counts.
inline constexpr std::array<std::string_view, 3> kKeyVariables{"CEDAR_OPENAI_API_KEY", "CEDARPY_OPENAI_API_KEY",
                                                               "OPENAI_API_KEY"};
// Either switches test mode on, from the environment alone.
inline constexpr std::array<std::string_view, 2> kTestModeVariables{"CEDAR_TEST_MODE", "CEDARPY_TEST_MODE"};

// The variables that a host may read: the environment's, then those of `./.env`, then those of `<data dir>/.env`.
// The first that has a value counts. Thread: the owner's.
class Variables {
public:
    // `environment` outlives it.
    explicit Variables(const std::vector<std::pair<std::string, std::string>>& environment);

    // Adds a file behind what is there. `skipped`: names that do not count in it, each a problem when it stands
    // there.
    void add_file(std::string_view text, const std::string& file, std::span<const std::string_view> skipped);

    struct Found {
        std::string_view value;  // empty: none has it
        Origin origin;
    };
    [[nodiscard]] Found find(std::string_view name) const;
    // The first of the names in the environment, then in each file.
    [[nodiscard]] Found find_first(std::span<const std::string_view> names) const;
    // Every value of the names, wherever: what must not be shown.
    [[nodiscard]] std::vector<std::string> all_values(std::span<const std::string_view> names) const;
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

private:
    struct Source {
        OriginKind kind;
        std::string file;
        std::vector<std::pair<std::string, std::string>> variables;
    };
    static std::string_view value_in(const Source& source, std::string_view name);

    std::vector<Source> sources_;
    std::vector<std::string> problems_;
};

}  // namespace cedar::host::app
