#!/usr/bin/env python3
"""Abuse that is too long for a test, and what others notice of it meanwhile.

abuse.py storm BUILD_DIR [READERS] [MISSED] [TIMES]   readers that come back at once, so many events each
abuse.py churn BUILD_DIR [SECONDS]                    10,000 connects at once, then 200 a second that come and go
abuse.py loris BUILD_DIR [CONNECTIONS]                headers that come an octet every five seconds
abuse.py flood BUILD_DIR [SECONDS]                    10,000 messages a second on sockets, opened again when closed

BUILD_DIR holds bin/cedar. Others ask for /healthz, one request after the other, before it and during it. The host
has the first processor for itself, the clients share the second.
"""
import os
import pathlib
import re
import resource
import selectors
import socket
import statistics
import sys
import time

from abused_host import CHUNK, UPGRADE, Host, Others, compared

EVENT_ID = re.compile(rb"^id: (\w+-\d+)$", re.MULTILINE)


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
            spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            print(f"storm from {place}: p99 {spread} of that before; "
                  f"resident {before:.0f} to at most {host.resident_mib('VmHWM'):.0f} MiB", flush=True)


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
        print(f"churn of {seconds} s: {served} served, {told} told 503; resident memory and descriptors before, "
              f"after the connects, in the middle, at the end: {growth}\n  {compared(calm, others)}")


def main() -> int:
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
