"""What may be in the repository, and under which name."""

import re

from .model import tree_rule
from .text_rules import is_corpus

TOP_LEVEL = {"host", "sdk", "plugins", "prompts", "tests", "tools", ".ci", "CMakeLists.txt", "CMakePresets.json",
             "README.md", "CHANGELOG.md", "LICENSE", ".clang-format", ".clang-tidy", ".gitignore", ".gitattributes",
             ".editorconfig", ".dockerignore"}
BLOB_MAX = 256 * 1024
CORPUS_MAX = 16 * 1024
_CPP_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_OTHER_NAME = re.compile(r"[.a-z0-9_-]+")
_KNOWN_NAMES = re.compile(r"README\.md|CHANGELOG\.md|LICENSE|CMakeLists\.txt|CMakePresets\.json"
                          r"|Cedar\w*\.cmake(\.in)?|\w+Config\w*\.cmake(\.in)?")


@tree_rule("top-level")
def top_level_is_fixed(repository):
    """The top level holds what host/README.md and the root README name, and nothing else."""
    for file in repository:
        top = file.path.split("/")[0]
        if top not in TOP_LEVEL:
            yield file.path, 1, f"{top} is not one of the top-level entries; put it where its subject lives"


@tree_rule("blob")
def files_are_small(repository):
    """No file over 256 KiB."""
    for file in repository:
        if len(file.data) > BLOB_MAX:
            yield file.path, 1, f"{len(file.data)} bytes, at most {BLOB_MAX}: generate it when it is needed"


@tree_rule("binary")
def no_binaries(repository):
    """No binaries; inputs for fuzzing excepted, up to 16 KiB each."""
    for file in repository:
        if file.is_binary and not (is_corpus(file) and len(file.data) <= CORPUS_MAX):
            yield file.path, 1, "is not UTF-8 text: build it, or generate it in the test"


@tree_rule("executable")
def executable_bits(repository):
    """Scripts with a #! line can be run, nothing else can."""
    for file in repository:
        script = file.data.startswith(b"#!")
        if script and not file.executable:
            yield file.path, 1, "has a #! line and no executable bit: chmod +x"
        elif file.executable and not script:
            yield file.path, 1, "is executable without a #! line: chmod -x"


@tree_rule("file-name")
def names_are_plain(repository):
    """C and C++ files are snake_case; other names are lower case without spaces."""
    for file in repository:
        if _KNOWN_NAMES.fullmatch(file.name) or is_corpus(file):
            continue
        pattern = _CPP_NAME if file.is_cpp else _OTHER_NAME
        if not pattern.fullmatch(file.name):
            yield file.path, 1, "name it in snake_case" if file.is_cpp else "name it in lower case, without spaces"
