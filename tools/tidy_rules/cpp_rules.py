"""Lengths and banned patterns in C and C++."""

import ast
import re

from .cpp_text import function_bodies
from .model import file_rule, in_folders, is_cpp, tree_rule

FILE_LINES_MAX = 400
FILE_LINES_SMELL = 300
FUNCTION_LINES_MAX = 70
# Files over the smell limit and the length they may not grow beyond; only ever shorter.
LONG_FILES = {}


def _pattern(name, applies, pattern, message):
    """A rule that is one regular expression over the code without comments and literals."""
    compiled = re.compile(pattern)

    def search(file, _repository):
        for match in compiled.finditer(file.code):
            yield file.line_of(match.start()), message
    search.__doc__ = message
    file_rule(name, applies)(search)


def _prints(file):
    quiet = ("host/", "sdk/", "plugins/")
    return (file.is_cpp and file.path.startswith(quiet) and not file.path.startswith("host/app/")
            and file.path != "host/core/check.hpp")


def _is_python(file):
    return file.name.endswith(".py") or (file.is_code and "python3" in file.lines[0])


def _not_c(file):
    return file.is_cpp and not file.name.endswith((".c", ".h"))


_in_tests = in_folders("tests")
_in_unit_tests = in_folders("tests/unit")
_in_core = in_folders("host/core", "host/ports")
_in_product = in_folders("host", "sdk", "plugins")

_pattern("sleep-in-test", _in_tests, r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(|::sleep\s*\(",
         "tests do not sleep: tick tests/support's clock, or wait on a condition with a deadline")
_pattern("wall-clock", _in_unit_tests, r"\bsystem_clock\s*::\s*now\b",
         "unit tests do not read the wall clock: use tests/support's clock")
_pattern("clock-in-core", _in_core, r"_clock\s*::\s*now\b", "core is told the time: take a Now, or the Clock port")
_pattern("print", _prints,
         r"\bstd\s*::\s*(cout|cerr|clog)\b|(?<![\w.>])(printf|fprintf|puts|putchar|fputs)\s*\(",
         "write through the Log port (in a plugin: context.log); only host/app talks to the terminal")
_pattern("using-namespace-std", is_cpp, r"\busing\s+namespace\s+std\s*;", "name what is used: std::string")
_pattern("rand", is_cpp, r"(?<![\w.>:])(?:std\s*::\s*)?s?rand\s*\(",
         "use std::mt19937_64, or the IdSource port for ids")
_pattern("empty-catch", _not_c, r"\bcatch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}",
         "nothing is swallowed: log it, turn it into an Error, or let it go on")
_pattern("pragma-gcc", is_cpp, r"#\s*pragma\s+(GCC|clang)\b", "mend the warning; third parties are system includes")
_pattern("std-regex", _in_product, r"\bstd\s*::\s*w?regex\b",
         "std::regex overflows the stack on long text: write the few lines of parsing")
_pattern("assert", _in_product, r"(?<![\w:])assert\s*\(",
         "CEDAR_CHECK for programmer mistakes, Result for the rest")
_pattern("shell-out", _in_product, r"(?<![\w.>:])(?:std\s*::\s*)?(system|popen)\s*\(",
         "start programs by posix_spawn")


@file_rule("raw-new", _not_c)
def owners_are_objects(file, _repository):
    """No new but straight into a smart pointer, no delete: what owns memory is an object."""
    for match in re.finditer(r"(?<!operator )\bnew\b|(?<!operator )(?<!= )(?<!=)\bdelete\b", file.code):
        before = file.code[max(0, match.start() - 200):match.start()]
        if not re.search(r"_ptr(<[^;{}]*>)?\s*\w*\(\s*$", before):
            yield file.line_of(match.start()), ("use std::make_unique or a container; where a C boundary needs it: "
                                               "tidy: allow raw-new (reason)")


@file_rule("json-entry", in_folders("host"))
def json_enters_once(file, _repository):
    """Foreign JSON enters the host through parse_json alone."""
    if file.path in ("host/core/json.cpp", "host/core/schema.cpp"):
        return
    for match in re.finditer(r"[.>]\s*(Parse|ParseInsitu|ParseStream)\s*(<[^;()]*>)?\s*\(", file.code):
        yield file.line_of(match.start()), "parse by host/core/json.hpp: parse_json bounds depth, size and keys"


@file_rule("pragma-once", lambda file: file.name.endswith((".hpp", ".h")))
def headers_are_guarded(file, _repository):
    """A C++ header begins with #pragma once; a C header may have an include guard."""
    if re.search(r"^#pragma once$", file.code, re.MULTILINE):
        return
    if file.name.endswith(".h") and re.search(r"^#ifndef (\w+)\n#define \1$", file.code, re.MULTILINE):
        return
    yield 1, "put #pragma once in the first line"


@file_rule("function-length", is_cpp)
def functions_are_short(file, _repository):
    """No function is longer than 70 lines."""
    if "{" not in file.code:
        return
    for body in function_bodies(file.code):
        length = file.code.count("\n", body.begin, body.end) + 1
        if length > FUNCTION_LINES_MAX:
            head = body.head[-60:]
            yield file.line_of(body.begin), f"{length} lines, at most {FUNCTION_LINES_MAX}: split it ({head})"


@file_rule("python-function-length", _is_python)
def python_functions_are_short(file, _repository):
    """No Python function is longer than 70 lines."""
    for node in ast.walk(ast.parse(file.text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX:
            yield node.lineno, f"{node.name}: at most {FUNCTION_LINES_MAX} lines: split it"


@tree_rule("file-length")
def files_are_short(repository):
    """No code file is longer than 400 lines; C++ and Python over 300 are listed and only get shorter."""
    for file in repository:
        if not file.is_code:
            continue
        length = len(file.lines) - 1
        smells = file.is_cpp or _is_python(file)
        allowed = LONG_FILES.get(file.path, FILE_LINES_SMELL if smells else FILE_LINES_MAX)
        if length > FILE_LINES_MAX:
            yield file.path, FILE_LINES_MAX, f"{length} lines, never over {FILE_LINES_MAX}: split it by subject"
        elif length > allowed:
            yield file.path, allowed, (f"{length} lines, at most {allowed} here: split it by subject "
                                       "(LONG_FILES in tools/tidy_rules/cpp_rules.py lists what is older)")
