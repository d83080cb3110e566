"""A host that is abused, and the others that it serves meanwhile. abused_host.py PORT is such another."""
import os
import pathlib
import re
import selectors
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HEAD = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{fields}\r\n"
UPGRADE = ("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
CHUNK = 1 << 18
SO_TIMESTAMPNS = 35
HOST_PROCESSOR = min(os.sched_getaffinity(0))


class Host:
    """A host on a data folder of its own, ended with the block."""

    def __init__(self, build: pathlib.Path, settings: list[str]):
        self.folder = tempfile.TemporaryDirectory()
        port_file = pathlib.Path(self.folder.name) / "port"
        data = pathlib.Path(self.folder.name) / "data"
        command = [build.resolve() / "bin" / "cedar", "serve", "--port", "0", "--port-file", port_file,
                   "--data-dir", data, "--aggregator", "aggregator.extractive", "--log-level", "error"]
        for setting in ["server.client_connections=0", "server.client_requests_per_second=0", *settings]:
            command += ["--set", setting]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                        preexec_fn=lambda: os.sched_setaffinity(0, {HOST_PROCESSOR}))
        while not (port_file.exists() and port_file.read_text()):
            assert self.process.poll() is None, "cedar ended"
            time.sleep(0.001)
        self.port = int(port_file.read_text())
        body = "title=bench"
        with self.connect() as connection:
            fields = (f"Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                      f"Content-Length: {len(body)}\r\n")
            connection.sendall(self.head("/projects/create", fields).replace(b"GET", b"POST", 1) + body.encode())
            answer = connection.makefile("rb").read().decode()
        self.project = answer.split("/project/")[1].split("\r\n")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port))

    def head(self, path: str, fields: str = "") -> bytes:
        return HEAD.format(path=path, port=self.port, fields=fields).encode()

    def resident_mib(self, which: str = "VmRSS") -> float:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(which + r":\s+(\d+)", status)[1]) / 1024

    def descriptors(self) -> int:
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def ask(self, thread: str) -> bytes:
        """One run; what its socket showed."""
        place = f',"thread_id":{thread}' if thread else ""
        payload = ('{"content":"roof"' + place + "}").encode()
        with self.connect() as connection:
            connection.sendall(self.head(f"/ws/chat/{self.project}", UPGRADE) +
                               bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            seen = b""
            while part := connection.recv(CHUNK):
                seen += part
                if b'"type":"final"' in seen[-CHUNK:]:
                    break
        return seen


class Others:
    """A client that asks all the time, in a process of its own that goes before the crowd. An answer's time is the
    system's stamp of its arrival, which over loopback is within the host's own write: when the client is run after
    that does not matter."""

    def __init__(self, host: Host):
        command = [sys.executable, __file__, str(host.port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.times = []

    def __enter__(self):
        self.process.stdout.readline()  # it has begun
        return self

    def __exit__(self, *_):
        self.times = sorted(map(float, self.process.communicate("end")[0].split()))
        assert self.process.returncode == 0, "the others were not served"

    def line(self) -> str:
        return (f"others: {len(self.times)} requests, p50 {statistics.median(self.times):.2f} ms, "
                f"p99 {self.p99():.2f} ms, most {self.times[-1]:.1f} ms")

    def p99(self) -> float:
        return self.times[len(self.times) * 99 // 100]


def compared(calm: Others, during: Others) -> str:
    return (f"before {calm.line()}\n  during {during.line()}\n"
            f"  p99 {during.p99() / calm.p99():.2f} of that before")


def ask_all_the_time(port: int) -> None:
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    except PermissionError:
        pass  # the crowd's share of the processor is then in the times before a request is sent
    request = HEAD.format(path="/healthz", port=port, fields="").encode()
    ended = selectors.DefaultSelector()
    ended.register(sys.stdin, selectors.EVENT_READ)
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        print("begun", flush=True)
        while not ended.select(0.002):
            began = time.time_ns()
            connection.sendall(request)
            answer, stamps, _flags, _from = connection.recvmsg(CHUNK, 64)
            assert answer.startswith(b"HTTP/1.1 200"), answer
            seconds, nanoseconds = struct.unpack("qq", stamps[0][2])
            times.append((seconds * 10**9 + nanoseconds - began) / 1e6)
    print(*times)


if __name__ == "__main__":
    ask_all_the_time(int(sys.argv[1]))
