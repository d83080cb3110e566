#!/usr/bin/env python3
"""How long a library that is dropped into the folder of a running host takes to be ready.

plugin_life.py BUILD_DIR [COUNT]: BUILD_DIR holds bin/cedar and bench_noop.so. Each of COUNT (50) libraries is new
to the host, so that it is probed, and would run in a worker process of its own. Ready: GET /api/plugins says so.
"""
import http.client
import json
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from startup import make_plugins

LIMIT_S = 30


def states(port: int) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/api/plugins")
    listed = json.loads(connection.getresponse().read())["plugins"]
    connection.close()
    return {pathlib.Path(one["file"]).name: one["state"] for one in listed}


def drop_one(file: pathlib.Path, folder: pathlib.Path, port: int) -> float:
    """Milliseconds until it is ready."""
    began = time.perf_counter()
    file.rename(folder / file.name)
    while states(port).get(file.name) != "ready":
        assert time.perf_counter() - began < LIMIT_S, f"{file.name} does not become ready"
        time.sleep(0.002)
    return (time.perf_counter() - began) * 1000


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    with tempfile.TemporaryDirectory() as place:
        root = pathlib.Path(place)
        made, plugins, port_file = root / "made", root / "plugins", root / "port"
        made.mkdir()
        plugins.mkdir()
        make_plugins(next(build.rglob("bench_noop.so")), made, count + 1)
        command = [build / "bin/cedar", "serve", "--port", "0", "--port-file", port_file]
        command += ["--data-dir", root / "data", "--plugins", plugins]
        host = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not port_file.exists():
                assert host.poll() is None, "cedar ended"
                time.sleep(0.01)
            port = int(port_file.read_text())
            files = sorted(made.iterdir())
            drop_one(files[0], plugins, port)  # to warm up: the template is made
            took = [drop_one(file, plugins, port) for file in files[1:]]
        finally:
            host.send_signal(signal.SIGTERM)
            host.wait(LIMIT_S)
    print(f"| dropped library to ready, {count} times | {statistics.median(took):.0f} ms "
          f"({min(took):.0f} to {max(took):.0f}) | 300 ms |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
