#include <cedar/testing.hpp>

#include <cstdio>

int main() {
    cedar::testing::FakeHost host;
    const auto outcome = host.run("acme.reverse", R"({"text":"abc"})");
    if (outcome.ok() && outcome.answer->text() == R"({"text":"cba"})") return 0;
    std::puts(outcome.ok() ? outcome.answer->text().c_str() : outcome.error->what());
    return 1;
}
