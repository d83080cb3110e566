#include <cedar/testing.hpp>

#include <cstdio>

int main() {
    cedar::testing::FakeHost host;
    host.llm("Hello.");
    const auto outcome = host.run("acme.ask", R"({"text":"Hi"})");
    if (outcome.ok() && outcome.answer->text() == R"({"text":"Hello."})") return 0;
    std::puts(outcome.ok() ? outcome.answer->text().c_str() : outcome.error->what());
    return 1;
}
