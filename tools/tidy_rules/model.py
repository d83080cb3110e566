"""What a rule sees (files, a repository) and how rules are registered and run."""

import os
import re
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .cpp_text import blank_comments_and_strings

CPP_SUFFIXES = (".hpp", ".cpp", ".h", ".c")
SCRIPT_SUFFIXES = (".py", ".sh", ".js", ".mjs", ".css", ".cmake")
SKIPPED_FOLDERS = {".git", "build", ".cache", "node_modules", "__pycache__"}
ALLOW = re.compile(r"tidy: allow ([a-z-]+) \(([^)]+)\)")


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


class File:
    """One file of the repository; what is costly is computed once, on demand."""

    def __init__(self, path, data, executable=False):
        self.path = path
        self.data = data
        self.executable = executable

    @property
    def name(self):
        return self.path.rsplit("/", 1)[-1]

    @property
    def folder(self):
        return self.path.rpartition("/")[0]

    @cached_property
    def is_binary(self):
        if b"\0" in self.data:
            return True
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return False

    @cached_property
    def text(self):
        return "" if self.is_binary else self.data.decode("utf-8")

    @cached_property
    def lines(self):
        return self.text.split("\n")

    @cached_property
    def code(self):
        """The text with comments and the insides of literals blanked; same length, same lines."""
        return blank_comments_and_strings(self.text)

    @property
    def is_cpp(self):
        return self.name.endswith(CPP_SUFFIXES)

    @property
    def is_markdown(self):
        return self.name.endswith(".md")

    @property
    def is_cmake(self):
        return self.name == "CMakeLists.txt" or self.name.endswith(".cmake")

    @property
    def is_code(self):
        return (self.is_cpp or self.is_cmake or self.name.endswith(SCRIPT_SUFFIXES)
                or (not self.is_binary and self.text.startswith("#!")))

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


class Repository:
    def __init__(self, files):
        self.files = {file.path: file for file in files}

    @staticmethod
    def of(texts):
        """From a dict of path to text, bytes or File; what the tests of the rules use."""
        made = []
        for path, content in texts.items():
            if isinstance(content, File):
                made.append(content)
                continue
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            made.append(File(path, data))
        return Repository(made)

    @staticmethod
    def from_disk(root):
        return Repository(_read(Path(root), path) for path in sorted(_paths(Path(root))))

    def __iter__(self):
        return iter(self.files.values())

    def under(self, folder):
        return (file for file in self if file.path.startswith(folder + "/"))

    def has(self, path):
        return path in self.files or any(known.startswith(path.rstrip("/") + "/") for known in self.files)


def _paths(root):
    """What git tracks or would track; every file of the tree where git is not to be had."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
        return [path for path in listed.split("\0") if path and (root / path).is_file()]
    except (OSError, subprocess.CalledProcessError):
        return list(_walk(root))


def _walk(root):
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if name not in SKIPPED_FOLDERS]
        for name in names:
            yield (Path(folder) / name).relative_to(root).as_posix()


def _read(root, path):
    full = root / path
    return File(path, full.read_bytes(), bool(full.stat().st_mode & stat.S_IXUSR))


@dataclass(frozen=True)
class Rule:
    name: str
    about: str
    run: object  # Repository -> iterable of (path, line, message)


_rules = []


def all_rules():
    return list(_rules)


def tree_rule(name):
    """Registers a function of the whole repository that yields (path, line, message)."""
    def register(function):
        _rules.append(Rule(name, (function.__doc__ or "").strip(), function))
        return function
    return register


def file_rule(name, applies):
    """Registers a function of one file (and the repository) that yields (line, message)."""
    def register(function):
        def run(repository):
            for file in repository:
                if not file.is_binary and applies(file):
                    for line, message in function(file, repository):
                        yield file.path, line, message
        _rules.append(Rule(name, (function.__doc__ or "").strip(), run))
        return function
    return register


def is_cpp(file):
    return file.is_cpp


def in_folders(*folders):
    return lambda file: file.is_cpp and file.path.startswith(tuple(folder + "/" for folder in folders))


@tree_rule("allow")
def allows_are_used(_repository):
    """An exception, "tidy: allow RULE (reason)" on the line or the line above, excuses something."""
    return ()  # found by check(), which knows what the others found


def check(repository, only=None):
    """All findings, without those that are excused where they stand."""
    findings, used = [], set()
    for rule in _rules:
        if only and rule.name not in only:
            continue
        for path, line, message in rule.run(repository):
            excuse = _excuse(repository.files.get(path), line, rule.name)
            if excuse:
                used.add((path, excuse))
            else:
                findings.append(Finding(path, line, rule.name, message))
    if not only:
        findings.extend(_unused_excuses(repository, used))
    return sorted(findings)


def _excuse(file, line, rule):
    if file is None:
        return None
    for number in (line, line - 1):
        if 1 <= number <= len(file.lines):
            found = ALLOW.search(file.lines[number - 1])
            if found and found.group(1) == rule:
                return number
    return None


def _unused_excuses(repository, used):
    for file in repository:
        if file.is_binary or not file.is_cpp or "tidy: allow" not in file.text:
            continue
        for number, line in enumerate(file.lines, 1):
            if "tidy: allow" in line and (file.path, number) not in used:
                yield Finding(file.path, number, "allow",
                              'excuses nothing; the form is "tidy: allow RULE (reason)", remove it if not needed')
