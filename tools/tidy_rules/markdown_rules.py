"""Markdown pages: one title, links that lead somewhere."""

import posixpath
import re

from .model import file_rule

_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^\s*(```|~~~)")


def _page(file):
    return file.is_markdown and not file.path.startswith(("prompts/", "tests/"))


def prose_lines(file):
    """(number, line) of what is neither in a fenced block nor in `code`."""
    fenced = False
    for number, line in enumerate(file.lines, 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", lambda match: " " * len(match.group(0)), line)


def anchors(file):
    """The names under which a page's headings can be linked to."""
    names, fenced = set(), False
    for line in file.lines:
        if _FENCE.match(line):
            fenced = not fenced
        heading = re.match(r"#+\s+(.*)", line)
        if heading and not fenced:
            text = re.sub(r"[^\w\s-]", "", heading.group(1).lower())
            names.add(re.sub(r"\s", "-", text.strip()))
    return names


@file_rule("markdown-title", _page)
def one_title(file, _repository):
    """A page has one title, in its first line."""
    titles = [number for number, line in prose_lines(file) if re.match(r"#\s", line)]
    if titles[:1] != [1]:
        yield 1, 'begin the page with its title: "# …"'
    for number in titles[1:]:
        yield number, "a second title: make it a section (##) or a page of its own"


@file_rule("markdown-fence", _page)
def fences_are_closed(file, _repository):
    """Every fenced block is closed."""
    fences = [number for number, line in enumerate(file.lines, 1) if _FENCE.match(line)]
    if len(fences) % 2:
        yield fences[-1], "a fenced block is not closed"


@file_rule("markdown-link", _page)
def links_lead_somewhere(file, repository):
    """Relative links point to files and headings that exist."""
    for number, line in prose_lines(file):
        for match in _LINK.finditer(line):
            problem = _problem_of(match.group(1), file, repository)
            if problem:
                yield number, problem


def _problem_of(link, file, repository):
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(file.folder, path)) if path else file.path
    if not repository.has(target):
        return f"{link}: no such file in the repository"
    page = repository.files.get(target)
    if anchor and page is not None and page.is_markdown and anchor not in anchors(page):
        return f"{link}: no such heading in {target}"
    return None
