"""The layout of C++ is what clang-format 14 makes of it; other versions lay out differently.
C is laid out by hand, in C's own way: the boundary is a table that people read."""

import shutil
import subprocess

from .model import Repository

TOOL = "clang-format-14"
NOT_AVAILABLE = 77  # CTest shows it as skipped


def check_layout(root, fix):
    """0: all well laid out; 1: clang-format says what is not; NOT_AVAILABLE."""
    if shutil.which(TOOL) is None:
        print(f"{TOOL} is not installed: layout not checked")
        return NOT_AVAILABLE
    paths = [file.path for file in Repository.from_disk(root) if file.name.endswith((".hpp", ".cpp"))]
    mode = ["-i"] if fix else ["--dry-run", "-Werror", "--ferror-limit=3"]
    result = subprocess.run([TOOL, *mode, *paths], cwd=root, capture_output=True, text=True, check=False)
    for line in result.stderr.splitlines():
        if ": error:" in line:
            print(line)
    print(f"layout: {len(paths)} files, " + ("well laid out" if result.returncode == 0 else "see above"))
    return 1 if result.returncode else 0
