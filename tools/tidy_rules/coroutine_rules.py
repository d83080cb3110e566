"""What g++ 12.2 compiles wrongly in coroutines, without a warning. The safe form: co_await is a whole statement or
the initialiser of a local, its operand is built before it, and coroutines are named functions with values as
parameters."""

import re

from .cpp_text import lambdas, matching
from .model import file_rule, is_cpp

_AWAIT = re.compile(r"\bco_await\b")
_COROUTINE = re.compile(r"\bco_(await|return|yield)\b")
_STATEMENT_START = re.compile(r"(case\b.*:|default\s*:|else|do|\(void\))?")
_ASSIGNMENT = re.compile(r"[\w:<>,&*\s\[\].\-]+[^=!<>]=", re.DOTALL)


def _has_coroutines(file):
    return is_cpp(file) and "co_" in file.text and _COROUTINE.search(file.code) is not None


def _statement_before(code, at):
    start = max(code.rfind(mark, 0, at) for mark in ";{}") + 1
    kept = [line for line in code[start:at].split("\n") if not line.lstrip().startswith("#")]
    return _after_control_head(" ".join(kept).strip())


def _after_control_head(text):
    """What follows `if (…)`, `while (…)` or `for (…;…;…)` when its parentheses are closed."""
    head = re.match(r"(else\s+)?(if|while|for|switch)\b[^(]*\(", text)
    if head:
        end = matching(text, head.end() - 1)
        return text[end + 1:].strip() if end < len(text) else text
    if text.count(")") > text.count("("):
        return text[text.rfind(")") + 1:].strip()
    return text


def _operand_after(code, at):
    depth = 0
    for end in range(at, len(code)):
        if code[end] in "([{":
            depth += 1
        elif code[end] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and code[end] == ";"):
            return code[at:end]
    return code[at:]


@file_rule("co-await-place", _has_coroutines)
def awaits_stand_alone(file, _repository):
    """co_await is a whole statement or the initialiser of a local, never part of an expression or condition."""
    for match in _AWAIT.finditer(file.code):
        before = _statement_before(file.code, match.start())
        if not _STATEMENT_START.fullmatch(before) and not _ASSIGNMENT.fullmatch(before):
            yield file.line_of(match.start()), "g++ 12.2: name the result first: const auto result = co_await …;"


@file_rule("co-await-operand", _has_coroutines)
def await_operands_are_plain(file, _repository):
    """The operand of co_await has no braces, no lambda and no conditional operator."""
    for match in _AWAIT.finditer(file.code):
        operand = _operand_after(file.code, match.end())
        if "{" in operand or re.search(r"\?[^?]*:", operand):
            yield file.line_of(match.start()), "g++ 12.2 destroys it twice: build the argument as a local before"


@file_rule("coroutine-lambda", _has_coroutines)
def coroutine_lambdas_capture_nothing(file, _repository):
    """A lambda that is a coroutine captures nothing."""
    found = list(lambdas(file.code))
    for one in found:
        if not one.captures:
            continue
        body = list(file.code[one.body_begin:one.body_end])
        for inner in found:
            if one.body_begin < inner.begin and inner.body_end <= one.body_end:
                begin, end = inner.body_begin - one.body_begin, inner.body_end - one.body_begin
                body[begin:end] = " " * (end - begin)
        if _COROUTINE.search("".join(body)):
            yield file.line_of(one.begin), "captures die before the coroutine: a named function, state as arguments"


@file_rule("coroutine-reference", lambda file: is_cpp(file) and "awaitable<" in file.text)
def coroutine_parameters_are_values(file, _repository):
    """A function that returns an awaitable takes no references: they dangle once it is suspended."""
    for match in re.finditer(r"\bawaitable<[^;{}()]*>\s+[\w:~]+\s*\(", file.code):
        parameters = file.code[match.end():matching(file.code, match.end() - 1)]
        if "&" in parameters:
            yield file.line_of(match.start()), "take the parameter by value, or as a shared_ptr"
