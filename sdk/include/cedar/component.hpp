#pragma once
#include <cedar/abi.h>
#include <cedar/context.hpp>
#include <cedar/detail/instance.hpp>
#include <cedar/manifest.hpp>

namespace cedar {

// A component: the function that is run, and what its manifest says of it.
//
// `Run` is a function or a member function that takes (const Input&, cedar::Context&), either or none of them, and
// returns its output or cedar::Result of it; input and output are described structs or cedar::Json. A class may
// have a described `Config` that its constructor takes, and cancel() or cancel(cedar_invocation), called from any
// thread.
//
// Wrong values are compile errors whose line says what was expected.
template <auto Run>
struct component {
    using Types = detail::Signature<Run>;
    static constexpr auto run = Run;

    std::string_view id = {};       // two or more labels of a-z, 0-9, _ joined by dots: "acme.summarize"
    std::string_view version = {};  // semver: "1.0.0"; the host prefers the higher one of an id
    std::string_view summary = {};  // one sentence; found by search when the host selects components
    Role role = Role::component;
    Texts tags = {};         // more words to be found by
    Examples examples = {};  // shown to people, found by search, run by the conformance tool
    Texts needs = {};        // services it may call; anything else is answered "denied"
    Texts prompts = {};      // names of its templates
    std::chrono::milliseconds timeout = std::chrono::seconds(15);  // 1 ms to 10 minutes
    Execution execution = Execution::async;
    // Invocations at once on one instance, 0: unlimited. A member function that is not const runs one at a time
    // unless this says otherwise.
    std::uint32_t concurrency = Types::shared ? 0 : 1;
    std::uint32_t stack_kib = 256;  // 64 to 8192; only touched pages cost memory
    std::uint32_t repairs = 0;      // aggregators: how often a refused answer may be mended, 0 to 2
    bool deterministic = false;     // same input, same output
    Select select = {};
};

namespace detail {

template <auto Run>
constexpr Facts facts_of(const component<Run>& from) {
    using Types = Signature<Run>;
    const bool configured = !std::same_as<typename Types::Config, Nothing>;
    return {from.id,
            from.version,
            from.summary,
            from.role,
            from.tags,
            from.examples,
            from.needs,
            from.prompts,
            from.execution,
            from.concurrency,
            from.stack_kib,
            from.timeout,
            from.repairs,
            from.deterministic,
            from.select,
            schema_of<typename Types::Input>(),
            schema_of<typename Types::Output>(),
            configured ? schema_of<typename Types::Config>() : std::string_view()};
}

template <auto... Runs>
constexpr void check_distinct(const component<Runs>&... components) {
    const std::string_view ids[] = {components.id...};
    for (std::size_t one = 0; one < sizeof...(Runs); ++one) {
        for (std::size_t other = 0; other < one; ++other) {
            if (ids[one] == ids[other]) throw "cedar: two components of one plugin have the same .id";
        }
    }
}

template <const auto& Components>
struct WriteManifest {
    constexpr void operator()(Sink& out) const {
        out.put("{\"manifest\":1,\"abi\":\"");
        out.put_number(std::uint64_t{CEDAR_ABI_MAJOR});
        out.put('.');
        out.put_number(std::uint64_t{CEDAR_ABI_MINOR});
        out.put("\",\"components\":");
        std::apply(
            [&](const auto&... each) {
                check_distinct(each...);
                char before = '[';
                ((out.put(before), put_component(out, facts_of(each)), before = ','), ...);
            },
            Components);
        out.put("]}");
    }
};

// The functions of `cedar_entry` for a tuple of components.
template <const auto& Components>
struct Plugin {
    static constexpr auto manifest = bake<WriteManifest<Components>>();

    static cedar_status init(const cedar_host* host) noexcept {
        const bool usable = host != nullptr && host->struct_size >= sizeof(cedar_host) &&
                            host->abi_major == CEDAR_ABI_MAJOR && host->abi_minor >= CEDAR_ABI_MINOR;
        return usable ? CEDAR_OK : CEDAR_UNSUPPORTED;
    }
    static void deinit() noexcept {}

    static cedar_status create(const cedar_host* host, cedar_invocation scope, cedar_view id, cedar_view config,
                               void** instance) noexcept {
        return barrier(*host, scope, [&] {
            std::unique_ptr<Instance> made;
            std::apply([&](const auto&... each) { (try_make(each, *host, text(id), text(config), made), ...); },
                       Components);
            if (made == nullptr) {
                throw Error("not_found", "this plugin has no component \"" + std::string(text(id)) + "\"");
            }
            *instance = made.release();
            return CEDAR_OK;
        });
    }
    static void destroy(void* instance) noexcept {
        const std::unique_ptr<Instance> end(static_cast<Instance*>(instance));
    }
    static cedar_status invoke(void* instance, cedar_invocation invocation, const cedar_request* request) noexcept {
        return static_cast<Instance*>(instance)->invoke(invocation, *request);
    }
    static void cancel(void* instance, cedar_invocation invocation) noexcept {
        static_cast<Instance*>(instance)->cancel(invocation);
    }

    template <auto... Runs>
    static constexpr bool any_cancels(const std::tuple<component<Runs>...>&) {
        return (cancels<Runs> || ...);
    }
    static constexpr cedar_entry entry = {CEDAR_ENTRY_MAGIC,
                                          sizeof(cedar_entry),
                                          CEDAR_ABI_MAJOR,
                                          CEDAR_ABI_MINOR,
                                          0,
                                          init,
                                          deinit,
                                          create,
                                          destroy,
                                          invoke,
                                          any_cancels(Components) ? cancel : nullptr};

private:
    template <auto Run>
    static void try_make(const component<Run>& facts, const cedar_host& host, std::string_view id,
                         std::string_view config, std::unique_ptr<Instance>& made) {
        if (made == nullptr && facts.id == id) made = make_instance<Run>(host, config);
    }
};

template <const auto& Components>
constexpr std::string_view manifest_of() {
    return {Plugin<Components>::manifest.data(), Plugin<Components>::manifest.size()};
}

}  // namespace detail
}  // namespace cedar

// Once in a plugin, at namespace scope, outside of any namespace:
//   CEDAR_PLUGIN(cedar::component<summarize>{.id = "acme.summarize", .version = "1.0.0", .summary = "…"})
// Defines the exported entry and puts the manifest into the library as an ELF note. `cedar_plugin_manifest` is for
// cedar/testing.hpp.
#define CEDAR_PLUGIN(...)                                                                                 \
    namespace {                                                                                           \
    constexpr auto cedar_plugin_components = std::tuple{__VA_ARGS__};                                     \
    [[gnu::section(".note.cedar"), gnu::used, gnu::aligned(4)]] constinit const auto cedar_plugin_note =  \
        ::cedar::detail::make_note(::cedar::detail::Plugin<cedar_plugin_components>::manifest);           \
    }                                                                                                     \
    extern "C" {                                                                                          \
    [[gnu::visibility("default")]] extern const cedar_entry cedar_entry_v1;                               \
    constinit const cedar_entry cedar_entry_v1 = ::cedar::detail::Plugin<cedar_plugin_components>::entry; \
    extern const cedar_view cedar_plugin_manifest;                                                        \
    constinit const cedar_view cedar_plugin_manifest = {                                                  \
        ::cedar::detail::Plugin<cedar_plugin_components>::manifest.data(),                                \
        ::cedar::detail::Plugin<cedar_plugin_components>::manifest.size()};                               \
    }
