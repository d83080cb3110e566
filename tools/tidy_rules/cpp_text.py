"""Just enough of C++'s lexical structure: comments and literals, braces, functions, lambdas."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*(?:(?<=\\)\n[^\n]*)*|/\*.*?\*/)
      | (?P<raw>R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)")
      | (?P<number>\b[0-9][0-9a-zA-Z_.']*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])*')""",
    re.VERBOSE | re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")


def blank_comments_and_strings(text):
    """Comments and the insides of literals as spaces; every other character stays in its place."""
    return _TOKEN.sub(_blank_token, text)


def _blank_token(match):
    token = match.group(0)
    if match.lastgroup == "number":
        return token
    if match.lastgroup == "comment":
        return _NOT_NEWLINE.sub(" ", token)
    if match.lastgroup == "raw":
        return token[:2] + _NOT_NEWLINE.sub(" ", token[2:-1]) + token[-1]
    return token[0] + _NOT_NEWLINE.sub(" ", token[1:-1]) + token[-1]


def without_preprocessor(code):
    """Directives, macro bodies and all branches after the first of an #if are blanked, so that braces balance."""
    out, skipping, continued = [], [], False
    for line in code.split("\n"):
        directive = re.match(r"\s*#\s*(\w+)", line) if not continued else None
        if directive:
            _follow(directive.group(1), skipping)
        hidden = directive or continued or any(skipping)
        continued = bool((directive or continued) and line.endswith("\\"))
        out.append(" " * len(line) if hidden else line)
    return "\n".join(out)


def _follow(directive, skipping):
    if directive in ("if", "ifdef", "ifndef"):
        skipping.append(False)
    elif directive in ("else", "elif") and skipping:
        skipping[-1] = True
    elif directive == "endif" and skipping:
        skipping.pop()


@dataclass(frozen=True)
class Body:
    head: str   # what stands before the brace, one line
    begin: int  # offset of '{'
    end: int    # offset of '}'


_CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()]*$")


def function_bodies(code):
    """Bodies of functions and test cases that are not inside another function. `code` is blanked."""
    code = without_preprocessor(code)
    stack, head_start = [], 0
    for match in re.finditer(r"[{};]", code):
        at, char = match.start(), match.group(0)
        if char == "{":
            stack.append((_kind(code[head_start:at], stack), code[head_start:at], at))
        elif char == "}" and stack:
            kind, head, begin = stack.pop()
            if kind == "function" and not any(entry[0] == "function" for entry in stack):
                yield Body(" ".join(head.split()), begin, at)
        head_start = at + 1


def _kind(head, stack):
    if any(entry[0] == "function" for entry in stack):
        return "block"
    if re.search(r"=\s*$", head):
        return "block"
    if _CONTAINER.search(head) and not head.rstrip().endswith(")"):
        return "container"
    return "function" if "(" in head else "block"


def matching(code, opening):
    """Offset of the bracket that closes the one at `opening`, or the end of the text."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    depth = 0
    for at in range(opening, len(code)):
        if code[at] in pairs:
            depth += 1
        elif code[at] in pairs.values():
            depth -= 1
            if depth == 0:
                return at
    return len(code)


@dataclass(frozen=True)
class Lambda:
    captures: str
    begin: int  # offset of '['
    body_begin: int
    body_end: int


_LAMBDA_HEAD = re.compile(r"(?<![\w\])])\s*\[(?!\[)([^\[\]]*)\](?!\])")


def lambdas(code):
    """Every lambda of blanked code, also those inside others."""
    for match in _LAMBDA_HEAD.finditer(code):
        at = _skip_space(code, match.end())
        if code[at:at + 1] == "<":
            at = _skip_space(code, code.find(">", at) + 1)
        if code[at:at + 1] == "(":
            at = matching(code, at) + 1
        brace = re.compile(r"[\w\s:<>,&*\->()]*\{").match(code, at)
        if brace and ";" not in brace.group(0):
            opening = brace.end() - 1
            yield Lambda(match.group(1).strip(), code.index("[", match.start()), opening, matching(code, opening))


def _skip_space(code, at):
    while at < len(code) and code[at].isspace():
        at += 1
    return at
