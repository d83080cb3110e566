#!/usr/bin/env python3
"""What connections cost a host: idle WebSockets held while runs go on, connects in a row, memory of an idle one.

connections.py BUILD_DIR [IDLE] [CONNECTS]: BUILD_DIR holds bin/cedar. The ack is timed from the question's last
octet to the event's first, on sockets of their own, one question after the other. The client is one Python thread,
so connect times are its own as much as the host's.
"""
import json
import os
import pathlib
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HANDSHAKE = ("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
QUESTIONS = 300


def start(cedar: pathlib.Path, data: pathlib.Path) -> tuple[subprocess.Popen, int]:
    port_file = data / "port"
    settings = ["server.connections=20000", "server.client_connections=0", "server.client_requests_per_second=0",
                "server.header_time_ms=600000", "server.ws_idle_time_ms=600000"]
    command = [cedar, "serve", "--port", "0", "--port-file", port_file, "--data-dir", data, "--aggregator",
               "aggregator.extractive", "--log-level", "warn"]
    for setting in settings:
        command += ["--set", setting]
    host = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not port_file.exists():
        assert host.poll() is None, "cedar ended"
        time.sleep(0.001)
    return host, int(port_file.read_text())


def resident_kib(process: int) -> int:
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def make_project(port: int) -> str:
    body = "title=bench"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall((f"POST /projects/create HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
                            "Content-Type: application/x-www-form-urlencoded\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
        answer = connection.makefile("rb").read().decode()
    return answer.split("/project/")[1].split("\r\n")[0]


def open_socket(port: int, project: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(HANDSHAKE.format(path=f"/ws/chat/{project}", port=port).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        part = connection.recv(4096)
        assert part, answer
        answer += part
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return connection


def frame(text: str) -> bytes:
    payload = text.encode()
    assert len(payload) < 126
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def ack_time(port: int, project: str) -> float:
    with open_socket(port, project) as connection:
        connection.sendall(frame(json.dumps({"content": "roof"})))
        began = time.perf_counter()
        first = connection.recv(65536)
        took = time.perf_counter() - began
        assert b'"type":"ack"' in first, first
        while connection.recv(65536):  # to the end of the run
            pass
    return took * 1000


def connects(port: int, count: int) -> tuple[float, int]:
    failed, opened = 0, []
    began = time.perf_counter()
    for _ in range(count):
        try:
            opened.append(socket.create_connection(("127.0.0.1", port)))
        except OSError:
            failed += 1
    took = time.perf_counter() - began
    for connection in opened:
        connection.close()
    return took, failed


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    cedar = pathlib.Path(sys.argv[1]).resolve() / "bin" / "cedar"
    idle_count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    connect_count = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        host, port = start(cedar, pathlib.Path(folder))
        try:
            project = make_project(port)
            alone = sorted(ack_time(port, project) for _ in range(QUESTIONS))
            before = resident_kib(host.pid)
            idle = [open_socket(port, project) for _ in range(idle_count)]
            held = resident_kib(host.pid) - before
            crowded = sorted(ack_time(port, project) for _ in range(QUESTIONS))
            for connection in idle:
                connection.close()
            took, failed = connects(port, connect_count)
        finally:
            host.send_signal(signal.SIGTERM)
            host.wait(60)
    rank = int(QUESTIONS * 0.99) - 1
    print(f"ack, nobody else: median {statistics.median(alone):.2f} ms, p99 {alone[rank]:.2f} ms")
    print(f"ack, {idle_count} idle sockets: median {statistics.median(crowded):.2f} ms, p99 {crowded[rank]:.2f} ms")
    print(f"memory of an idle socket: {held / idle_count:.2f} KiB")
    print(f"{connect_count} connects: {took:.2f} s, {failed} failed; load average {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
