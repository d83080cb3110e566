"""A host with one document, for the page tests."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

DOCUMENT = """# Writing a component

A component is a plain function. Describe the structs that go in and come out, and name the function in
`CEDAR_PLUGIN`. The struct is the schema.

## Building

Build a component with `cedar_add_plugin` and drop the library into the plugin folder. <b>Not bold.</b>
"""


class Host:
    """`cedar serve` over a data folder of its own; gone when the block ends."""

    def __init__(self, program, *flags, **variables):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cedar-page-"))
        document = self.folder / "writing.md"
        document.write_text(DOCUMENT, encoding="utf-8")
        data = ["--data-dir", str(self.folder / "data")]
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        cedar = os.path.abspath(program)
        subprocess.run([cedar, "import", *data, "--project", "sample", str(document)], check=True,
                       stdout=self.log, stderr=self.log, timeout=60)
        port_file = self.folder / "port"
        # Nothing of the developer's own: a key in the environment would be used.
        environment = {"PATH": os.environ.get("PATH", ""), **variables}
        self.process = subprocess.Popen(
            [cedar, "serve", *data, "--port", "0", "--port-file", str(port_file),
             "--set", "loader.start_wait_ms=3600000", *flags],
            stdout=self.log, stderr=self.log, env=environment, cwd=self.folder)
        deadline = time.monotonic() + 60
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{int(port_file.read_text(encoding='utf-8'))}/"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
