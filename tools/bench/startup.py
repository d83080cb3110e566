#!/usr/bin/env python3
"""How long `cedar serve` takes to be ready with a thousand plugins in its folder, and what it keeps resident.

startup.py BUILD_DIR [COUNT]: BUILD_DIR holds bin/cedar and the libraries bench_noop.so (C) and bench_noop_cpp.so
(the C++ SDK). Cold: an empty data folder and the files dropped from the page cache; no data folder is
deleted before the end, since ext4 passes over what was deleted lately, one by one, whenever it makes a file. Warm:
the second and later starts. Ready: the port file is there; then every component must be in the host's list.
Resident: once it is ready.
The libraries are stripped of what only a debugger reads.
"""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

PLACEHOLDER = b"noop0000"  # of the id; a compiler may compare an id by its last eight bytes
REPEATS = 5


def make_plugins(template: pathlib.Path, folder: pathlib.Path, count: int) -> None:
    image = template.read_bytes()
    assert PLACEHOLDER in image, f"{template} does not hold {PLACEHOLDER!r}"
    for index in range(count):
        (folder / f"noop{index:04}.so").write_bytes(image.replace(PLACEHOLDER, b"noop%04d" % index))


def stripped(library: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    bare = folder / library.name
    subprocess.run(["strip", "--strip-debug", "-o", bare, library], check=True)
    return bare


def drop_from_cache(folder: pathlib.Path) -> None:
    for file in folder.rglob("*.so"):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def start_once(cedar: pathlib.Path, data: pathlib.Path, plugins: pathlib.Path, count: int) -> tuple[float, float]:
    """Seconds until ready and resident MiB."""
    port_file = data / "port"
    port_file.unlink(missing_ok=True)
    began = time.perf_counter()
    command = [cedar, "serve", "--port", "0", "--port-file", port_file, "--data-dir", data, "--plugins", plugins]
    host = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not port_file.exists():
            assert host.poll() is None, "cedar ended"
            time.sleep(0.001)
        took = time.perf_counter() - began
        status = pathlib.Path(f"/proc/{host.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        with urllib.request.urlopen(f"http://127.0.0.1:{port_file.read_text().strip()}/api/components") as answer:
            ready = sum(one["id"].startswith("bench.noop") for one in json.load(answer)["components"])
        assert ready == count, f"expected {count} components, got {ready}"
        return took, resident / 1024
    finally:
        host.send_signal(signal.SIGTERM)
        host.wait(30)


def measure(build: pathlib.Path, template: pathlib.Path, count: int) -> None:
    cold, warm, resident = [], [], []
    with tempfile.TemporaryDirectory() as place:
        plugins = pathlib.Path(place) / "plugins"
        plugins.mkdir()
        make_plugins(template, plugins, count)
        for round_ in range(REPEATS):
            data = pathlib.Path(place) / f"data{round_}"
            data.mkdir()
            drop_from_cache(plugins)
            cold.append(start_once(build / "bin/cedar", data, plugins, count)[0])
            took, mib = start_once(build / "bin/cedar", data, plugins, count)
            warm.append(took)
            resident.append(mib)
    kib = template.stat().st_size // 1024
    for name, values, unit, bound in (("cold", [v * 1000 for v in cold], "ms", 1000),
                                      ("warm", [v * 1000 for v in warm], "ms", 300),
                                      ("resident", resident, "MiB", 114)):  # 120 MB
        middle = statistics.median(values)
        span = f"{middle:.0f} {unit} ({min(values):.0f} to {max(values):.0f})"
        print(f"| {count} x {template.name} ({kib} KiB), {name} | {span} | {bound} | "
              f"{'yes' if middle <= bound else 'no'} |", flush=True)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    for name in ("bench_noop.so", "bench_noop_cpp.so"):
        with tempfile.TemporaryDirectory() as place:
            measure(build, stripped(next(build.rglob(name)), pathlib.Path(place)), count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
