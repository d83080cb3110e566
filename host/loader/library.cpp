#include "host/loader/library.hpp"

#include "host/core/check.hpp"
#include "host/core/json.hpp"
#include "host/loader/entry_check.hpp"
#include "host/loader/log_tap.hpp"
#include "host/os/culprit.hpp"

#include <cedar/abi.h>
#include <dlfcn.h>
#include <boost/dll/shared_library.hpp>

#include <algorithm>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace cedar::host::loader {

namespace {

namespace dll = boost::dll;

// Every symbol is bound now, so that a missing one is a refusal and not a crash later; none is offered to
// others; and the code stays where it is for good.
dll::load_mode::type mode() {
    const int bits =
        static_cast<int>(dll::load_mode::rtld_now) | static_cast<int>(dll::load_mode::rtld_local) | RTLD_NODELETE;
    return static_cast<dll::load_mode::type>(bits);
}

std::string_view status_name(cedar_status status) {
    switch (status) {
        case CEDAR_INTERNAL: return "internal";
        case CEDAR_INVALID_ARGUMENT: return "invalid_argument";
        case CEDAR_INVALID_CONFIG: return "invalid_config";
        case CEDAR_NOT_FOUND: return "not_found";
        case CEDAR_DENIED: return "denied";
        case CEDAR_UNSUPPORTED: return "unsupported";
        case CEDAR_CANCELLED: return "cancelled";
        case CEDAR_DEADLINE: return "deadline";
        case CEDAR_LIMIT: return "limit";
        case CEDAR_STALE: return "stale";
        case CEDAR_UNAVAILABLE: return "unavailable";
        case CEDAR_ALREADY: return "already";
        default: return "unknown";
    }
}

Error refuse(std::string message) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}};
}

// Boost wraps the loader's words between these, and glibc puts the file before its complaint; the record has
// the file already. Text of another shape is kept as it is.
std::string loaders_words(std::string_view text, const std::filesystem::path& copy) {
    constexpr std::string_view kBefore = "dlerror system message: ", kAfter = "): ";
    if (const auto at = text.find(kBefore); at != std::string_view::npos) {
        text.remove_prefix(at + kBefore.size());
        text = text.substr(0, text.rfind(kAfter));
    }
    const std::string file = copy.native() + ": ";
    if (text.starts_with(file)) text.remove_prefix(file.size());
    return to_utf8(text);
}

Error init_failed(std::string what, const std::string& logged) {
    return Error{ErrorCode::internal, "init " + std::move(what) + (logged.empty() ? "" : ": " + logged), {}};
}

// One for each copy in this process: the same code may be loaded twice, an older one ending while a newer begins.
std::shared_ptr<std::mutex> control_of(const std::filesystem::path& copy) {
    static std::mutex guard;
    static std::map<std::string, std::weak_ptr<std::mutex>> all;
    static std::size_t sweep_at = 64;  // looked through as it doubles: a thousand are loaded at a start
    const std::lock_guard lock(guard);
    if (all.size() >= sweep_at) {
        std::erase_if(all, [](const auto& entry) { return entry.second.expired(); });
        sweep_at = std::max<std::size_t>(64, 2 * all.size());
    }
    auto& known = all[copy.native()];
    auto control = known.lock();
    if (!control) known = control = std::make_shared<std::mutex>();
    return control;
}

}  // namespace

struct Library::Impl {
    std::filesystem::path copy;
    std::shared_ptr<std::mutex> control;  // init and deinit: one thread at a time
    dll::shared_library library;
    const cedar_entry* entry = nullptr;
    bool initialised = false;
};

Library::Library(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Library::Library(Library&&) noexcept = default;

Library::~Library() {
    if (!impl_ || !impl_->initialised) return;
    const os::Culprit culprit(impl_->copy, "its deinit");
    const os::RunsCode here(culprit);
    const std::lock_guard lock(*impl_->control);
    impl_->entry->deinit();
}

Result<Library> Library::load(const std::filesystem::path& copy) {
    auto impl = std::make_unique<Impl>();
    impl->copy = copy;
    impl->control = control_of(copy);
    try {
        const os::Culprit culprit(copy, "its static constructors");
        const os::RunsCode here(culprit);
        impl->library.load(copy, mode());
        impl->entry = &impl->library.get<const cedar_entry>(CEDAR_ENTRY_SYMBOL);
    } catch (const std::exception& failure) {
        return refuse("cannot be loaded: " + loaders_words(failure.what(), copy));
    }
    if (auto complete = check_functions(*impl->entry); !complete) return complete.error();
    return Library(std::move(impl));
}

Result<void> Library::init(const cedar_host& host) {
    CEDAR_CHECK(!impl_->initialised);
    const std::lock_guard lock(*impl_->control);
    const LogTap::Recording recording;
    const os::Culprit culprit(impl_->copy, "its init");
    const os::RunsCode here(culprit);
    cedar_status status = CEDAR_INTERNAL;
    try {
        status = impl_->entry->init(&host);
    } catch (const std::exception& thrown) {
        return init_failed("let an exception out", to_utf8(thrown.what()));
    } catch (...) {
        return init_failed("let an exception out", recording.text());
    }
    if (status != CEDAR_OK) {
        return init_failed(
            "failed with status " + std::to_string(status) + " (" + std::string(status_name(status)) + ")",
            recording.text());
    }
    impl_->initialised = true;
    return {};
}

const cedar_entry& Library::entry() const {
    return *impl_->entry;
}

}  // namespace cedar::host::loader
