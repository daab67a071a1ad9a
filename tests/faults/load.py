"""People at work over HTTP: each thread brings cases of its own from registration through holds and returns, and asks
again with the same key whenever it does not know what has become of a request."""

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .stage import HOST, Stage

TRIES_FOR = 180.0  # seconds until somebody gives up
LIVES = 12  # moves of one case, then somebody new


@dataclass
class Tally:
    """What came back. `acknowledged` is the event of each key that was answered with success; `wrong` every answer that
    may not be: an error of the server that is not 503, or a refusal of what nobody else has touched."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    again: int = 0
    replayed: int = 0
    unavailable: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, key: str, event: str, replayed: bool) -> None:
        with self.lock:
            self.acknowledged[key] = event
            self.at[key] = time.monotonic()
            self.replayed += replayed


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    replayed: bool = False


def call(port: int, token: str, path: str, body: Any, key: str, patience: float = 30) -> Answer:
    """One POST; OSError or http.client.HTTPException when there is no answer."""
    link = http.client.HTTPConnection(HOST, port, timeout=patience)
    try:
        headers = {
            "Authorization": f"Token {token}", "Content-Type": "application/json", "Idempotency-Key": key,
            "Connection": "close",
        }  # fmt: skip
        link.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        answer = link.getresponse()
        raw = answer.read()
        said = json.loads(raw) if raw and "json" in answer.headers.get("Content-Type", "") else {}
        return Answer(answer.status, said, "Idempotency-Replayed" in answer.headers)
    finally:
        link.close()


class Somebody(threading.Thread):
    """One case after the other; `pace` is the pause between two requests in seconds."""

    def __init__(self, stage: Stage, tally: Tally, seed: str, pace: float = 0.0):
        super().__init__(daemon=True)
        self.stage, self.tally, self.pace = stage, tally, pace
        self.chance = random.Random(seed)
        self.ending, self.resting = threading.Event(), threading.Event()
        self.rests = threading.Event()
        self.case, self.version, self.state, self.moves = "", 0, "", 0

    def run(self) -> None:
        while not self.ending.is_set():
            if self.resting.is_set():
                self.rests.set()
                time.sleep(0.02)
                continue
            self.rests.clear()
            self.step()
            time.sleep(self.pace * self.chance.random())

    def step(self) -> None:
        who, path, body = self.next()
        answer = self.insist(who, path, body)
        if answer is None or answer.status >= 300:
            self.case = ""  # told already; begin anew with somebody else
            return
        self.case, self.state = answer.body["id"], answer.body["state"]
        self.version, self.moves = answer.body["version"], self.moves + 1
        if self.state == "void":
            self.case = ""

    def next(self) -> tuple[str, str, dict[str, Any]]:
        facts, version = self.stage.facts, {"version": self.version}
        where = f"cases/{self.case}/actions"
        if not self.case or self.moves >= LIVES:
            self.moves = 0
            return self.chance.choice(["intake", "commune_intake"]), "cases/", sheet(self.chance, facts["commune"])
        if self.state == "intake":
            if self.chance.random() < 0.2:
                return "supervisor", f"{where}/void/", {**version, "note": "Nhầm."}
            chosen = {"group": facts["group"], "worker": facts["worker"], "over_cap": "Không còn ai khác."}
            return "supervisor", f"{where}/screen_in/", {**version, **chosen}
        if self.state == "on_hold":
            return "worker", f"{where}/resume/", {**version, "note": "Về rồi."}
        until = (date.today() + timedelta(days=7)).isoformat()
        return "worker", f"{where}/hold/", {**version, "reason": "missing", "resume_by": until, "note": "Đi vắng."}

    def insist(self, who: str, path: str, body: dict[str, Any]) -> Answer | None:
        """The same request with the same key until somebody says what has become of it."""
        key, until, first = uuid.UUID(int=self.chance.getrandbits(128)).hex, time.monotonic() + TRIES_FOR, True
        while time.monotonic() < until:
            if not first:
                with self.tally.lock:
                    self.tally.again += 1
                time.sleep(0.2)
            first = False
            try:
                answer = call(self.stage.port, self.stage.tokens[who], path, body, key)
            except (OSError, http.client.HTTPException, ValueError):
                continue
            if answer.status < 300:
                self.tally.acknowledge(key, answer.body["event"], answer.replayed)
                return answer
            if answer.status == 503:
                with self.tally.lock:
                    self.tally.unavailable += 1
                continue
            self.tally.wrong.append(f"{path.split('/')[-2]}: {answer.status} {answer.body.get('type', '')}")
            return answer
        if not self.ending.is_set():
            self.tally.wrong.append(f"{path.split('/')[-2]}: no answer in {TRIES_FOR:.0f} s")
        return None


def sheet(chance: random.Random, commune: str) -> dict[str, Any]:
    """A new person, who resembles nobody."""
    name = " ".join("".join(chance.choice("aeghiklmnoptuvxy") for _n in range(7)).title() for _n in range(3))
    return {
        "name": name, "birth": str(chance.randint(1940, 1999)), "sex": "female", "in_danger": "no", "source": "self",
        "problem": "Sống một mình.", "needs": "Tiền thuốc", "legal_basis": "statutory", "duplicates_seen": True,
        "commune": commune,
    }  # fmt: skip


class Crowd:
    """Several at work until the block ends."""

    def __init__(self, stage: Stage, seed: str, people: int = 4, pace: float = 0.0):
        self.tally = Tally()
        self.people = [Somebody(stage, self.tally, f"{seed}-{number}", pace) for number in range(people)]

    def __enter__(self) -> "Crowd":
        for one in self.people:
            one.start()
        return self

    def __exit__(self, *exc: object) -> None:
        for one in self.people:
            one.ending.set()
        for one in self.people:
            one.join(timeout=TRIES_FOR + 40)

    def rest(self) -> None:
        """Everybody finishes what they are at and waits."""
        for one in self.people:
            one.resting.set()
        for one in self.people:
            one.rests.wait(timeout=TRIES_FOR + 40)

    def go_on(self) -> None:
        for one in self.people:
            one.rests.clear()
            one.resting.clear()

    def count(self) -> int:
        return len(self.tally.acknowledged)

    def wait_for(self, more: int, patience: float = TRIES_FOR) -> bool:
        """Until so many more writes have been acknowledged."""
        wanted, until = self.count() + more, time.monotonic() + patience
        while self.count() < wanted and time.monotonic() < until:
            time.sleep(0.005)
        return self.count() >= wanted
