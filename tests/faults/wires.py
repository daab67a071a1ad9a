"""Lost and repeated requests: a proxy on the loopback that loses the request, loses the answer after the server has
acted, or sends the same request twice at once."""

import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator

from . import ledger
from .load import Crowd, call, sheet
from .results import Result
from .stage import HOST, Stage

MODES = ("pass", "lose_request", "lose_answer", "twice", "cut_answer")
WEIGHTS = (4, 1, 2, 1, 1)
PATIENCE = 30


class Proxy:
    """Listens on `port`; what befalls each request is drawn from the seed."""

    def __init__(self, target: int, seed: str, host: str = HOST):
        self.target, self.host = target, host
        self.chance, self.seen = random.Random(seed), Counter[str]()
        self.door = socket.create_server((HOST, 0))
        self.door.settimeout(0.5)
        self.port = int(self.door.getsockname()[1])
        self.ending = threading.Event()
        self.always = ""  # one mode for all instead of the draw

    def run(self) -> None:
        while not self.ending.is_set():
            try:
                caller, _address = self.door.accept()
            except TimeoutError:
                continue
            mode = self.always or self.chance.choices(MODES, WEIGHTS)[0]
            self.seen[mode] += 1
            threading.Thread(target=self._serve, args=(caller, mode), daemon=True).start()
        self.door.close()

    def _serve(self, caller: socket.socket, mode: str) -> None:
        with caller, contextlib.suppress(OSError):
            caller.settimeout(PATIENCE)
            asked = read_message(caller)
            if mode == "lose_request" or not asked:
                return
            if mode == "twice":
                answers: list[bytes] = []
                both = [threading.Thread(target=lambda: answers.append(self._ask(asked))) for _number in range(2)]
                for one in both:
                    one.start()
                for one in both:
                    one.join(timeout=PATIENCE)
                answer = answers[-1] if answers else b""
            else:
                answer = self._ask(asked)
            if mode == "lose_answer":
                return
            caller.sendall(answer[: len(answer) // 2] if mode == "cut_answer" else answer)

    def _ask(self, asked: bytes) -> bytes:
        with socket.create_connection((self.host, self.target), timeout=PATIENCE) as server:
            server.sendall(asked)
            parts = []
            with contextlib.suppress(TimeoutError):
                while part := server.recv(65536):
                    parts.append(part)
            return b"".join(parts)


def read_message(caller: socket.socket) -> bytes:
    """A whole request: its head, and as much body as the head says."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = caller.recv(65536)
        if not part:
            return b""
        raw += part
    head, _blank, body = raw.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")), 0
    )
    while len(body) < length:
        part = caller.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def proxy(target: int, seed: str) -> Iterator[Proxy]:
    made = Proxy(target, seed)
    runner = threading.Thread(target=made.run, daemon=True)
    runner.start()
    try:
        yield made
    finally:
        made.ending.set()
        runner.join(timeout=5)


def lose(stage: Stage, count: int, seed: int) -> list[Result]:
    """People at work through the proxy until so many writes have been acknowledged, then the rules of the keys."""
    result = Result("lost, repeated", stage.engine, "requests and answers lost, cut or sent twice")
    stage.start_web(processes=2)
    try:
        server = stage.port
        with proxy(server, f"wires{seed}") as wire:
            stage.port = wire.port
            with Crowd(stage, f"wires{seed}") as crowd:
                crowd.wait_for(count, patience=600)
            stage.port = server
        result.count = len(crowd.tally.acknowledged)
        result.blame(crowd.tally.wrong)
        result.blame(ledger.contradictions(crowd.tally.acknowledged))
        result.blame(rules(stage, seed))
        result.figures.update(requests=dict(wire.seen), asked_again=crowd.tally.again, replayed=crowd.tally.replayed)
    finally:
        stage.stop()
    stage.settle()
    return [result.done()]


def rules(stage: Stage, seed: int) -> list[str]:
    """The same key once more, with another body, at once from eight, and another key on an old version."""
    told, token, chance = [], stage.tokens["intake"], random.Random(f"rules{seed}")
    body = sheet(chance, stage.facts["commune"])
    key = f"rules-{chance.getrandbits(64):x}"
    first, again = (call(stage.port, token, "cases/", body, key) for _number in range(2))
    if (first.status, again.status, again.replayed) != (201, 201, True) or first.body["event"] != again.body["event"]:
        told.append(f"the same key: {first.status}, {again.status}")
    other = call(stage.port, token, "cases/", {**body, "problem": "Việc khác."}, key)
    if other.status != 422:
        told.append(f"the same key with another body: {other.status}")
    where, chief = f"cases/{first.body['id']}/actions/void/", stage.tokens["supervisor"]
    answers = []
    void = {"version": 1, "note": "Nhầm."}
    clicks = [
        threading.Thread(target=lambda: answers.append(call(stage.port, chief, where, void, f"{key}-void")))
        for _number in range(8)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join(timeout=60)
    fresh = [answer for answer in answers if not answer.replayed]
    if [answer.status for answer in answers] != [200] * 8 or len(fresh) != 1:
        told.append(f"one key from eight at once: {[answer.status for answer in answers]}, {len(fresh)} effects")
    late = call(stage.port, chief, where, void, f"{key}-late")
    if late.status != 409:
        told.append(f"a second click with an old version: {late.status}")
    return told
