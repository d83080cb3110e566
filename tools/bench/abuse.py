#!/usr/bin/env python3
"""Abuse that is too long for a test, and what others notice of it meanwhile.

abuse.py storm BUILD_DIR [READERS] [MISSED] [TIMES]   readers that all come back at once and have missed so many events each
abuse.py churn BUILD_DIR [SECONDS]                    10,000 connects at once, then 200 a second that come, ask and go
abuse.py loris BUILD_DIR [CONNECTIONS]                headers that come an octet every five seconds
abuse.py flood BUILD_DIR [SECONDS]                    10,000 messages a second on chat sockets, opened again when closed

BUILD_DIR holds bin/cedar. Others ask for /healthz, one request after the other, before it and during it. The host has
the first processor for itself, the clients share the second.
"""
import os
import pathlib
import re
import resource
import selectors
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

EVENT_ID = re.compile(rb"^id: (\w+-\d+)$", re.MULTILINE)
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
        command = [sys.executable, __file__, "others", str(host.port)]
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


def read_all(readers: dict[socket.socket, list], missed: int):
    """Reads until each has so many events; [count, a tail that may hold half a line] per reader."""
    waiting = selectors.DefaultSelector()
    for reader in readers:
        reader.setblocking(False)
        waiting.register(reader, selectors.EVENT_READ)
    left = len(readers)
    while left > 0:
        for key, _events in waiting.select():
            state = readers[key.fileobj]
            part = key.fileobj.recv(CHUNK)
            assert part, f"a reader was cut after {state[0]} events"
            text = state[1] + part
            end = text.rfind(b"\n") + 1
            state[0] += text.count(b"\nid: ", 0, end)
            if state[2] is not None:
                state[2] += EVENT_ID.findall(text[:end])
            state[1] = text[max(end - 1, 0):]
            if state[0] >= missed:
                waiting.unregister(key.fileobj)
                left -= 1


def conversation(host: Host, missed: int) -> tuple[str, str]:
    """A thread with more events than that, and the position of its first one."""
    shown = host.ask("")
    thread = re.search(rb'"thread_id":(\d+)', shown)[1].decode()
    first = re.search(rb'"run_id":"(\w+)"', shown)[1].decode()
    events = shown.count(b'"eid":')
    while events <= missed:
        events += host.ask(thread).count(b'"eid":')
    return thread, f"{first}-1"


def one_storm(host: Host, request: bytes, readers: int, missed: int) -> tuple[Others, Others, float]:
    """The others before it, the others during it, its seconds."""
    with Others(host) as calm:
        time.sleep(3)
    began = time.perf_counter()
    with Others(host) as others:
        crowd = {}
        for i in range(readers):
            reader = host.connect()
            reader.sendall(request)
            crowd[reader] = [0, b"", [] if i < 10 else None]
        read_all(crowd, missed)
    took = time.perf_counter() - began
    orders = [tuple(state[2][:missed]) for state in crowd.values() if state[2] is not None]
    assert len(set(orders)) == 1 and len(set(orders[0])) == missed, "lost, twice or in another order"
    for reader in crowd:
        reader.close()
    return calm, others, took


def storm(build: pathlib.Path, readers: int = 1000, missed: int = 5000, times: int = 3) -> None:
    for place, settings in (("memory", []), ("the database", ["events.recent=256"])):
        with Host(build, [f"server.connections={readers + 100}", *settings]) as host:
            thread, position = conversation(host, missed)
            request = host.head(f"/sse/{thread}", f"Last-Event-ID: {position}\r\n")
            ratios, before = [], host.resident_mib()
            for _ in range(times):
                calm, others, took = one_storm(host, request, readers, missed)
                ratios.append(others.p99() / calm.p99())
                print(f"storm from {place}: {readers} readers x {missed} missed in {took:.1f} s, "
                      f"{readers * missed / took / 1e6:.2f} M events/s\n  {compared(calm, others)}", flush=True)
            print(f"storm from {place}: p99 {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) of "
                  f"that before; resident {before:.0f} to at most {host.resident_mib('VmHWM'):.0f} MiB", flush=True)


def answers_of(host: Host, connections: list) -> str:
    """Each is served or told to come back; anything else ends the program."""
    served = told = 0
    for connection in connections:
        try:
            connection.sendall(host.head("/healthz"))
        except OSError:
            pass  # what it was told is there to be read
        answer = connection.recv(CHUNK)
        served += answer.startswith(b"HTTP/1.1 200")
        told += answer.startswith(b"HTTP/1.1 503") and b"\r\nRetry-After: " in answer
    assert served + told == len(connections), f"{len(connections) - served - told} were neither served nor told"
    return f"{served} served, {told} told 503 with Retry-After"


def loris(build: pathlib.Path, connections: int = 500) -> None:
    with Host(build, []) as host:
        with Others(host) as calm:
            time.sleep(10)
        with Others(host) as others:
            began, ended = time.perf_counter(), []
            slow = [host.connect() for _ in range(connections)]
            for connection in slow:
                connection.setblocking(False)
            next_at = began
            while slow and time.perf_counter() < began + 30:
                octet_due = time.perf_counter() >= next_at
                next_at += 5 if octet_due else 0
                for connection in list(slow):
                    try:
                        if octet_due:
                            connection.sendall(b"G")
                        connection.recv(CHUNK)
                    except BlockingIOError:
                        continue
                    except OSError:
                        pass
                    ended.append(time.perf_counter() - began)
                    slow.remove(connection)
                time.sleep(0.05)
        print(f"loris: {len(ended)} of {connections} ended, after {min(ended):.1f} to {max(ended):.1f} s\n"
              f"  {compared(calm, others)}")


def flood(build: pathlib.Path, seconds: int = 10) -> None:
    payload = b'{"action":"cancel","run_id":"' + b"e" * 32 + b'"}'
    stay = b'{"action":"resume","keep_open":true,"run_id":"' + b"e" * 32 + b'"}'
    first = bytes([0x81, 0x80 | len(stay), 0, 0, 0, 0]) + stay
    frames = (bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload) * 100
    with Host(build, []) as host:
        with Others(host) as calm:
            time.sleep(seconds)
        closed, sent, connection = 0, 0, None
        with Others(host) as others:
            next_at = time.perf_counter()
            end = next_at + seconds
            while time.perf_counter() < end:
                try:
                    if connection is None:
                        connection = host.connect()
                        connection.sendall(host.head(f"/ws/chat/{host.project}", UPGRADE))
                        assert connection.recv(CHUNK).startswith(b"HTTP/1.1 101")
                        connection.sendall(first)
                    connection.sendall(frames)
                    sent += 100
                    if b"too many messages" in connection.recv(CHUNK, socket.MSG_DONTWAIT):
                        raise ConnectionError
                except BlockingIOError:
                    pass  # it has not said anything
                except OSError:
                    closed += 1
                    connection.close()
                    connection = None
                next_at += 0.01
                time.sleep(max(0.0, next_at - time.perf_counter()))
        print(f"flood: {sent} messages sent, sockets closed {closed} times\n"
              f"  {compared(calm, others)}")


def churn(build: pathlib.Path, seconds: int = 600) -> None:
    with Host(build, ["server.connections=1024"]) as host:
        with Others(host) as calm:
            time.sleep(3)
        before, held = (host.resident_mib(), host.descriptors()), []
        with Others(host) as others:
            began = time.perf_counter()
            held = [host.connect() for _ in range(10000)]
            print(f"10,000 connects in {time.perf_counter() - began:.2f} s, {answers_of(host, held)}")
            for connection in held:
                connection.close()
            began, served, told = time.perf_counter(), 0, 0
            middle, end, next_at = began + seconds / 2, began + seconds, began
            seen = [(host.resident_mib(), host.descriptors())]
            while time.perf_counter() < end:
                if len(seen) == 1 and time.perf_counter() > middle:
                    seen.append((host.resident_mib(), host.descriptors()))
                with host.connect() as connection:
                    connection.sendall(host.head("/healthz"))
                    answer = connection.recv(CHUNK)
                    served += answer.startswith(b"HTTP/1.1 200")
                    told += answer.startswith(b"HTTP/1.1 503")
                next_at += 1 / 200
                time.sleep(max(0.0, next_at - time.perf_counter()))
        seen.append((host.resident_mib(), host.descriptors()))
        growth = "; ".join(f"{resident:.0f} MiB, {descriptors}" for resident, descriptors in [before, *seen])
        print(f"churn of {seconds} s: {served} served, {told} told 503; resident memory and descriptors before, after "
              f"the connects, in the middle, at the end: {growth}\n  {compared(calm, others)}")


def main() -> int:
    if sys.argv[1:2] == ["others"]:
        ask_all_the_time(int(sys.argv[2]))
        return 0
    cases = {"storm": storm, "churn": churn, "loris": loris, "flood": flood}
    if len(sys.argv) < 3 or sys.argv[1] not in cases:
        print(__doc__)
        return 2
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cases[sys.argv[1]](pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
