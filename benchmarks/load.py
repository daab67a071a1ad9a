"""A small HTTP client for measuring: keep-alive connections, one thread each, in a process of its own.

    python -m benchmarks.load < JOB.json > RESULT.json

A job is {"targets": [{"port", "chains": [[request, …], …]}, …], "connections": 8, "seconds": 4.0, "count": 0}. A
request is {"method", "path", "headers", "body"}; `body` is text, or an object that is sent as JSON. Each connection
takes chains in turn and sends their requests in order. "{key}" in a header makes a new idempotency key; "{version}" in
a body is the version that the chain's last answer told. With two targets each connection asks them in turn, request by
request.

A result, for each target: {"requests", "seconds", "p50", "p95", "p99" (ms), "statuses": {code: number}, "bytes",
"failures": [first lines of a few answers that were no success]}.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
TOLD = 5


class Broken(OSError):
    """The other side closed the connection in the middle of an answer."""


@dataclass
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Connection:
    """One keep-alive connection; opened again when the server closed it."""

    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None
        self.rest = b""

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket, self.rest = None, b""

    def ask(self, message: bytes, bodiless: bool = False) -> Answer:
        """The answer. A read that meets a connection which the server closed while it was idle is asked once more."""
        again = self.socket is not None and message.startswith((b"GET ", b"HEAD "))
        if self.socket is None:
            self.socket = socket.create_connection((HOST, self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.socket.sendall(message)
            return self._answer(bodiless)
        except OSError:
            unheard = not self.rest
            self.close()
            if again and unheard:
                return self.ask(message, bodiless)
            raise

    def _more(self) -> None:
        assert self.socket is not None
        piece = self.socket.recv(65536)
        if not piece:
            raise Broken("closed")
        self.rest += piece

    def _take(self, size: int) -> bytes:
        while len(self.rest) < size:
            self._more()
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken

    def _line(self) -> bytes:
        while (at := self.rest.find(b"\r\n")) < 0:
            self._more()
        return self._take(at + 2)[:-2]

    def _answer(self, bodiless: bool) -> Answer:
        while (at := self.rest.find(b"\r\n\r\n")) < 0:
            self._more()
        head = self._take(at + 4)
        status, low = int(head[9:12]), head.lower()
        if bodiless or status in (204, 304):
            return Answer(status, head, b"")
        if b"transfer-encoding: chunked" in low:
            pieces = []
            while size := int(self._line().partition(b";")[0], 16):
                pieces.append(self._take(size))
                self._take(2)
            self._take(2)
            return Answer(status, head, b"".join(pieces))
        length = header(low, b"content-length")
        return Answer(status, head, self._take(int(length or 0)))


def header(head: bytes, name: bytes) -> bytes:
    """The value of a header, its name and `head` in small letters; b"" if it is not there."""
    at = head.find(b"\r\n" + name + b":")
    return b"" if at < 0 else head[at + len(name) + 3 : head.index(b"\r\n", at + 2)].strip()


def message(request: dict[str, Any], version: int | None = None) -> bytes:
    """The bytes of a request."""
    body, kind = request.get("body"), "application/x-www-form-urlencoded"
    if isinstance(body, dict):
        body = json.dumps({name: version if value == "{version}" else value for name, value in body.items()})
        kind = "application/json"
    data = (body or "").encode()
    lines = [f"{request.get('method', 'GET')} {request['path']} HTTP/1.1", f"Host: {HOST}"]
    for name, value in request.get("headers", {}).items():
        lines.append(f"{name}: {value.replace('{key}', uuid.uuid4().hex)}")
    if body is not None:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    return "\r\n".join([*lines, "", ""]).encode() + data


@dataclass
class Tally:
    """What one connection saw of one port."""

    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    size: int = 0

    def note(self, began: float, answer: Answer | None, error: str = "") -> None:
        self.times.append(time.perf_counter() - began)
        status = answer.status if answer else 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.size += len(answer.body) if answer else 0
        if not 200 <= status < 300 and len(self.failures) < TOLD:
            self.failures.append(error or (f"{status} {answer.text[:200] or answer.head[:300]!r}" if answer else ""))


class Way:
    """One connection's way through the chains of one target."""

    def __init__(self, target: dict[str, Any], place: int, many: int):
        self.connection, self.tally = Connection(target["port"]), Tally()
        # Every `many`-th chain is its own, so that no two connections act on one record at a time.
        self.chains = target["chains"][place::many] or target["chains"]
        self.turn = self.step = 0
        self.versions: dict[int, int] = {}

    def go(self) -> None:
        """Send the next request."""
        at = self.turn % len(self.chains)
        request = self.chains[at][self.step]
        data = message(request, self.versions.get(at, request.get("version")))
        began = time.perf_counter()
        try:
            answer = self.connection.ask(data, request.get("method") == "HEAD")
        except OSError as error:
            self.tally.note(began, None, f"{type(error).__name__}: {error}")
        else:
            self.tally.note(began, answer)
            if "version" in request and 200 <= answer.status < 300:
                self.versions[at] = json.loads(answer.body)["version"]
        self.step += 1
        if self.step == len(self.chains[at]):
            self.turn, self.step = self.turn + 1, 0


class Driver:
    """Runs a job."""

    def __init__(self, job: dict[str, Any]):
        self.job, self.targets = job, job["targets"]
        self.many = job.get("connections", 8)
        self.most = job.get("count", 0)
        self.lock = threading.Lock()
        self.taken = 0
        self.until = float("inf")

    def run(self) -> list[dict[str, Any]]:
        ways = [[Way(target, place, self.many) for target in self.targets] for place in range(self.many)]
        threads = [threading.Thread(target=self._drive, args=(mine,)) for mine in ways]
        began = time.perf_counter()
        if not self.most:
            self.until = began + self.job["seconds"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
        return [summary([of[place].tally for of in ways], seconds) for place in range(len(self.targets))]

    def _next(self) -> bool:
        if not self.most:
            return time.perf_counter() < self.until
        with self.lock:
            self.taken += 1
            return self.taken <= self.most

    def _drive(self, ways: list[Way]) -> None:
        try:
            while self._next():
                for way in ways:
                    way.go()
        finally:
            for way in ways:
                way.connection.close()


def summary(tallies: list[Tally], seconds: float) -> dict[str, Any]:
    times = sorted(each for tally in tallies for each in tally.times)
    statuses: dict[str, int] = {}
    for tally in tallies:
        for status, number in tally.statuses.items():
            statuses[str(status)] = statuses.get(str(status), 0) + number
    return {
        "requests": len(times), "seconds": seconds, "statuses": statuses,
        **{f"p{part}": 1000 * percentile(times, part) for part in (50, 95, 99)},
        "bytes": sum(tally.size for tally in tallies),
        "failures": [told for tally in tallies for told in tally.failures][:TOLD],
    }  # fmt: skip


def percentile(ordered: list[float], part: float) -> float:
    """The smallest value that at least `part` percent of the ordered values do not exceed; 0 of none."""
    if not ordered:
        return 0.0
    place = -(-len(ordered) * part // 100)
    return ordered[max(0, int(place) - 1)]


def main() -> None:
    json.dump(Driver(json.load(sys.stdin)).run(), sys.stdout)


if __name__ == "__main__":
    main()
