"""Who may include whom. The table is the picture of host/README.md."""

import re
from dataclasses import dataclass, field

from .model import file_rule, is_cpp, tree_rule

_C = ("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign "
      "stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar "
      "wchar wctype")
_CPP = ("algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono "
        "cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine "
        "csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque "
        "exception execution filesystem format forward_list fstream functional future initializer_list "
        "iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource "
        "mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator "
        "semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string "
        "string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo "
        "unordered_map unordered_set utility valarray variant vector version")
STANDARD = {name + ".h" for name in _C.split()} | set(_CPP.split())
NOT_IN_CORE = {"thread", "filesystem", "fstream", "iostream", "condition_variable", "future", "random", "regex"}
# What is neither the standard library nor named below counts as the operating system's.
KINDS = (
    ("boost.system", r"boost/(system|assert|throw_exception)"), ("boost.describe", r"boost/(describe|mp11)"),
    ("boost.container", r"boost/container/"),
    ("asio", r"boost/asio"), ("beast", r"boost/beast"), ("context", r"boost/context"), ("dll", r"boost/dll"),
    ("boost", r"boost/"), ("rapidjson", r"rapidjson/"), ("cli11", r"CLI/"), ("toml", r"toml\+\+/"),
    ("spdlog", r"(spdlog|fmt)/"), ("sqlite", r"sqlite3"), ("hiredis", r"hiredis/"), ("curl", r"curl/"),
    ("openssl", r"openssl/"), ("mustache", r"kainjow/"), ("googletest", r"g(test|mock)/"),
    ("benchmark", r"benchmark/"), ("prometheus", r"prometheus/"), ("abi", r"cedar/abi\.h$"), ("sdk", r"cedar/"),
)
_BASE = {"standard", "abi", "boost.system", "boost.describe", "boost.container", "rapidjson"}


@dataclass(frozen=True)
class Layer:
    ours: tuple                                # folders it may include, its own aside
    kinds: set = field(default_factory=set)    # third parties, in the words of KINDS


_CORE_AND_PORTS = ("host/core", "host/ports")
LAYERS = {
    "sdk/include": Layer((), {"standard", "abi", "sdk", "rapidjson", "boost.describe"}),
    "sdk/examples": Layer((), {"standard", "abi", "sdk", "boost.describe"}),
    "plugins": Layer((), {"standard", "abi", "sdk", "boost.describe"}),
    "host/core": Layer(_CORE_AND_PORTS, _BASE),
    "host/ports": Layer(_CORE_AND_PORTS, _BASE),
    "host/os": Layer(_CORE_AND_PORTS, _BASE | {"system"}),
    "host/runtime": Layer(_CORE_AND_PORTS + ("host/os",), _BASE | {"asio", "context", "system"}),
    "host/loader": Layer(_CORE_AND_PORTS + ("host/os",), _BASE | {"dll", "openssl", "system"}),
    "host/worker": Layer(_CORE_AND_PORTS + ("host/runtime", "host/loader"), _BASE | {"system"}),
    "host/services": Layer(_CORE_AND_PORTS + ("host/os",),
                           _BASE | {"asio", "curl", "mustache", "openssl", "system"}),
    "host/store": Layer(_CORE_AND_PORTS + ("host/os",), _BASE | {"sqlite", "openssl", "system"}),
    "host/redis": Layer(_CORE_AND_PORTS, _BASE | {"hiredis", "asio", "system"}),
    "host/http": Layer(_CORE_AND_PORTS + ("host/ui",), _BASE | {"asio", "beast", "openssl", "system"}),
    "host/metrics": Layer(_CORE_AND_PORTS, _BASE | {"prometheus"}),
    "host/ui": Layer((), {"standard"}),
    "host/app": Layer(("host", ), _BASE | {"asio", "cli11", "toml", "spdlog", "system"}),
}
TARGETS = {"host/os": "cedar_os", "host/runtime": "cedar_runtime", "host/loader": "cedar_loader",
           "host/worker": "cedar_worker",
           "host/services": "cedar_services", "host/store": "cedar_store", "host/redis": "cedar_redis", "host/http": "cedar_http",
           "host/metrics": "cedar_metrics",
           "host/app": "cedar_app"}
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(file):
    """(line, is_quoted, path) of every include that is code, not comment."""
    for match in _INCLUDE.finditer(file.text):
        if "#" in file.code[match.start():match.end()]:
            at = match.start() + match.group(0).index("#")
            yield file.line_of(at), match.group(1) == '"', match.group(2)


def kind_of(path):
    if path in STANDARD:
        return "standard"
    for kind, pattern in KINDS:
        if re.match(pattern, path):
            return kind
    return "system"


def layer_of(path):
    fitting = [folder for folder in LAYERS if path.startswith(folder + "/")]
    return max(fitting, key=len) if fitting else None


def resolve(file, path, repository):
    """The repository's path of a quoted include: from the root, or beside the file; None if there is none."""
    for candidate in (path, f"{file.folder}/{path}"):
        if candidate in repository.files:
            return candidate
    return None


@file_rule("include-layer", lambda file: is_cpp(file) and layer_of(file.path) is not None)
def layers_hold(file, _repository):
    """Each folder includes only the folders and third parties that the layer table gives it."""
    folder = layer_of(file.path)
    layer = LAYERS[folder]
    for line, quoted, path in includes(file):
        if quoted and path.split("/")[0] in ("host", "sdk", "plugins", "tests", "tools"):
            allowed = layer.ours + (folder,)
            if not path.startswith(tuple(one + "/" for one in allowed)):
                yield line, f"{folder} may not include {path}: what folders share goes through host/ports"
        elif not quoted and kind_of(path) not in layer.kinds:
            yield line, f"{folder} may not include <{path}> ({kind_of(path)}): see LAYERS in tools/tidy_rules"
        elif not quoted and folder in _CORE_AND_PORTS and path in NOT_IN_CORE:
            yield line, f"core does no I/O and has no threads: <{path}> belongs behind a port"


@file_rule("abi-include", lambda file: file.path == "sdk/include/cedar/abi.h")
def abi_includes_c_only(file, _repository):
    """abi.h includes nothing but the C library."""
    for line, quoted, path in includes(file):
        if quoted or path not in {name + ".h" for name in _C.split()}:
            yield line, f"abi.h is C11 and the C library only, not {path}"


@file_rule("include-path", is_cpp)
def includes_exist(file, repository):
    """Our own files are included by quotes, from the root or from beside; the SDK as <cedar/…>."""
    for line, quoted, path in includes(file):
        if "../" in path:
            yield line, f"{path}: include from the root of the repository"
        elif quoted and path.startswith("cedar/"):
            yield line, f"{path}: the SDK is included as <{path}>"
        elif quoted and resolve(file, path, repository) is None:
            yield line, f"{path}: no such file, neither from the root nor beside this one"
        elif not quoted and path.startswith("host/"):
            yield line, f"{path}: our own headers are included by quotes"


@file_rule("rapidjson-gate", lambda file: is_cpp(file) and file.path.startswith("host/"))
def rapidjson_through_the_gate(file, repository):
    """RapidJSON comes after host/core/json.hpp, which sets its macros alike everywhere."""
    gate = "host/core/json.hpp"
    seen = file.path == gate
    for line, quoted, path in includes(file):
        if quoted:
            target = resolve(file, path, repository)
            seen = seen or target == gate or (target and gate in _reached(target, repository))
        elif kind_of(path) == "rapidjson" and not seen:
            yield line, f'include "{gate}" before <{path}>'


def _reached(path, repository):
    """All files of ours that `path` includes, at any depth."""
    found, todo = set(), [path]
    while todo:
        file = repository.files[todo.pop()]
        for _line, quoted, path_of_include in includes(file):
            target = resolve(file, path_of_include, repository) if quoted else None
            if target and target not in found:
                found.add(target)
                todo.append(target)
    return found


@tree_rule("context-once")
def context_in_one_pair(repository):
    """One header and source pair of host/runtime knows Boost.Context."""
    users = [(file.path, line) for file in repository if file.is_cpp
             for line, quoted, path in includes(file) if not quoted and kind_of(path) == "context"]
    stems = sorted({path.rsplit(".", 1)[0] for path, _line in users})
    for path, line in users:
        if path.rsplit(".", 1)[0] != stems[0]:
            yield path, line, f"only {stems[0]} knows Boost.Context; use its fiber type"


@tree_rule("include-cycle")
def no_include_cycles(repository):
    """No header of ours includes itself by way of others."""
    for file in repository.files.values():
        if file.name.endswith(".hpp") and file.path in _reached(file.path, repository):
            ways = sorted(_reached(file.path, repository) - {file.path})
            yield file.path, 1, "includes itself by way of " + ", ".join(ways[:4])


@tree_rule("target-layer")
def targets_follow_layers(repository):
    """A folder's CMake target links no other adapter's target."""
    for folder, own in TARGETS.items():
        file = repository.files.get(folder + "/CMakeLists.txt")
        if file is None or folder == "host/app":
            continue
        allowed = {TARGETS[below] for below in LAYERS[folder].ours if below in TARGETS}
        for other in set(TARGETS.values()) - {own} - allowed:
            match = re.search(rf"\b{other}\b", file.text)
            if match:
                yield file.path, file.line_of(match.start()), f"{own} may not link {other}: go through a port"
