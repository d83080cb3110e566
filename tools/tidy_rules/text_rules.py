"""What holds for every line of text."""

import re

from .model import file_rule

LINE_MAX = 116       # as .clang-format has it
LINE_MAX_OTHER = 132  # where no formatter breaks lines: scripts of the page, CMake
# Split, so that this file does not contain what it forbids.
FORBIDDEN_WORDS = ("/wo" "rk/", "/ro" "ot/", "registry.npm" "js.org", "pypi" ".org", "proxy.golang" ".org",
                   "crates" ".io")
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X")) + r")\b")


def _any(_file):
    return True


def _wide_lines_count(file):
    return file.is_code and not file.name.endswith((".css", ".html"))


def is_corpus(file):
    """Inputs for fuzzing and golden outputs are bytes as they are."""
    return "/corpus/" in file.path or file.path.startswith("tests/golden/")


def _prose_or_code(file):
    return not is_corpus(file)


@file_rule("trailing-space", _prose_or_code)
def no_trailing_space(file, _repository):
    """No white space at the end of a line (also no CR)."""
    for number, line in enumerate(file.lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line (--fix mends it)"


@file_rule("tab", _prose_or_code)
def no_tabs(file, _repository):
    """Indentation is spaces."""
    for number, line in enumerate(file.lines, 1):
        if "\t" in line:
            yield number, "a tab: write spaces, or \\t in a literal"


@file_rule("final-newline", _prose_or_code)
def ends_with_newline(file, _repository):
    """A file ends with one newline; an empty file is not a file."""
    if not file.text:
        yield 1, "empty: fill it or remove it"
    elif not file.text.endswith("\n") or file.text.endswith("\n\n"):
        yield len(file.lines), "end the file with exactly one newline (--fix mends it)"


@file_rule("line-length", _wide_lines_count)
def lines_are_short(file, _repository):
    """No line of C, C++ or Python is longer than 116 characters, of other code 132; texts in tests do not count."""
    longest = LINE_MAX if file.is_cpp or file.name.endswith(".py") else LINE_MAX_OTHER
    texts_count = not (file.is_cpp and file.path.startswith("tests/"))
    lines = file.lines if texts_count else re.sub(r"(?<=[\"'])[ ]{9,}(?=[\"'])", "", file.code).split("\n")
    for number, line in enumerate(lines, 1):
        if len(line) > longest and "http" not in line:
            yield number, f"{len(line)} characters, at most {longest}"


@file_rule("unfinished", _any)
def nothing_left_open(file, _repository):
    """No note to do something later: do it, or say in a README what does not hold."""
    for match in UNFINISHED.finditer(file.text):
        yield file.line_of(match.start()), f"{match.group(0)}: do it, or state the limit in the folder's README"


@file_rule("machine-path", _any)
def no_machine_paths(file, _repository):
    """No path of one machine and no package registry: the repository builds anywhere."""
    for word in FORBIDDEN_WORDS:
        for match in re.finditer(r"(?<![\w.])" + re.escape(word), file.text):
            yield file.line_of(match.start()), f"{word}: say it without one machine's or one registry's address"


def fixed(text):
    """The text with what is trivial mended: white space at line ends, the final newline."""
    lines = [line.rstrip() for line in text.split("\n")]
    body = "\n".join(lines).rstrip("\n")
    return body + "\n" if body else ""
