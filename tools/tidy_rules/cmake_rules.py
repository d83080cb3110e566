"""Sources and tests that nobody builds are not there."""

import re

from .model import tree_rule

_BUILT = (".cpp", ".c")


def _must_be_listed(file):
    return file.name.endswith(_BUILT) or re.search(r"_test\.\w+$", file.name) is not None


def _lists_above(file, repository):
    """The CMakeLists.txt beside the file and those above it, nearest first."""
    folder = file.folder
    while True:
        path = f"{folder}/CMakeLists.txt" if folder else "CMakeLists.txt"
        if path in repository.files:
            yield repository.files[path]
        if not folder:
            return
        folder = folder.rpartition("/")[0]


def _lists_elsewhere(file, repository):
    """A script beside the file, or a list anywhere that names it with its folder."""
    tail = "/".join(file.path.split("/")[-2:])
    for listing in repository:
        beside = listing.is_cmake and listing.folder == file.folder
        if beside and _mentions(listing, file) or listing.is_cmake and tail in listing.text:
            return True
    return False


def _mentions(listing, file):
    """By its name, or without the ending where a loop adds it."""
    stem = file.name.rsplit(".", 1)[0]
    return re.search(rf"(?<![\w.-]){re.escape(stem)}(\.\w+)?(?![\w-])", listing.text) is not None


@tree_rule("source-listed")
def sources_are_listed(repository):
    """Every source and every test is named in the CMakeLists.txt of its folder or one above."""
    for file in repository:
        if not _must_be_listed(file):
            continue
        listings = list(_lists_above(file, repository))
        if not any(_mentions(listing, file) for listing in listings) and not _lists_elsewhere(file, repository):
            nearest = listings[0].path if listings else "no CMakeLists.txt"
            yield file.path, 1, f"is not built: name it in {nearest}, or remove it"
