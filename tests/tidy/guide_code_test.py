#!/usr/bin/env python3
"""The code in the guides compiles: every fenced block marked ```cpp complete or ```c complete, by itself.

    guide_code_test.py --cxx g++ --cc gcc [--pages FOLDER…]

Errors are reported at the page's own lines. Exit 1 if a block does not compile, or none was found.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^```(cpp|c) complete\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror",
         "-I", str(ROOT / "sdk" / "include")]


def blocks_of(page):
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        first_line = text.count("\n", 0, match.start(2)) + 1
        yield match.group(1), f'#line {first_line} "{page.relative_to(ROOT)}"\n' + match.group(2)


def compile_block(block, compilers, folder):
    number, (language, code) = block
    source = Path(folder) / f"block_{number}.{language}"
    source.write_text(code, encoding="utf-8")
    standard = "-std=c++20" if language == "cpp" else "-std=c11"
    command = [compilers[language], standard, *FLAGS, str(source)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        print(result.stderr)
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cxx", required=True)
    parser.add_argument("--cc", required=True)
    parser.add_argument("--pages", nargs="*", type=Path, default=[ROOT / "sdk", ROOT / "host", ROOT / "plugins"])
    arguments = parser.parse_args()
    pages = sorted(page for folder in arguments.pages for page in folder.resolve().rglob("*.md"))
    blocks = [block for page in pages for block in blocks_of(page)]
    compilers = {"cpp": arguments.cxx, "c": arguments.cc}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        good = list(pool.map(lambda block: compile_block(block, compilers, folder), enumerate(blocks)))
    print(f"guide code: {sum(good)} of {len(blocks)} blocks of {len(pages)} pages compile")
    return 0 if blocks and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
