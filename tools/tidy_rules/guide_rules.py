"""The guides agree with the table of configuration keys, which a test holds to the program."""

import re

from .model import file_rule

TABLE = "host/app/configuration.md"
_ROW = re.compile(r"^\| `([a-z_]+(?:\.[a-z_]+)?)` \| ([^|]*) \|", re.MULTILINE)
_KEY = re.compile(r"`((?:server|run|component|events|store|import|loader|log|llm)\.[a-z_]+)`")
_NOT_KEYS = re.compile(r"store\.search|llm\.chat|.*\.(hpp|cpp|css|js|lock|md|toml|so)")
_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "s": 1000, "ms": 1, "bytes": 1}


def _about_the_host(file):
    return file.is_markdown and file.path.startswith(("host/", "sdk/", "tools/", "README"))


def _defaults(repository):
    table = repository.files.get(TABLE)
    return dict(_ROW.findall(table.text)) if table else {}


def _plain(value):
    """A default as the table of keys has it: `1 MiB` is 1048576, `10 s` is 10000."""
    value = value.strip().strip("`").replace(",", "")
    number = re.fullmatch(r"([0-9]+) ?([A-Za-z]*)", value)
    if number and (not number.group(2) or number.group(2) in _UNITS):
        return str(int(number.group(1)) * _UNITS.get(number.group(2), 1))
    return value


@file_rule("guide-key", _about_the_host)
def keys_exist(file, repository):
    """A configuration key that a page names is in the table of keys."""
    known = _defaults(repository)
    for match in _KEY.finditer(file.text):
        if known and match.group(1) not in known and not _NOT_KEYS.fullmatch(match.group(1)):
            yield file.line_of(match.start()), f"{match.group(1)}: no such key in {TABLE}"


@file_rule("guide-default", lambda file: file.is_markdown and file.path.startswith("host/guide/"))
def defaults_agree(file, repository):
    """A default in a table of a guide is the one of the table of keys."""
    known = _defaults(repository)
    for match in _ROW.finditer(file.text):
        key, said = match.group(1), _plain(match.group(2))
        if key in known and said.isdigit() and said != _plain(known[key]):
            yield file.line_of(match.start()), f"{key}: the default is {_plain(known[key])}, not {said}"
