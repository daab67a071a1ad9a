"""P6 and P7: every list and one record of each kind at two sizes of data, and pages deep in a list.

Each page is asked of both sizes in turn, request by request, by one connection, so that whatever else the machine does
falls on both alike. A page is compared where both sizes fill it alike; the others are reported beside.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.asking import get, of_role
from benchmarks.load import Answer, Connection, message
from benchmarks.statements import Watch, growing

Run = Callable[..., list[dict[str, Any]]]
ALIKE = 0.85  # of the larger page's bytes
AGAIN = 4  # times as many requests for a page that seems to grow
DEEP = 1000
WALK = 100  # rows a page on the way to the deep one


class Pace:
    """Keeps each person below the number of calls a minute that the product allows (core.api.throttling)."""

    MOST, WINDOW = 500, 60

    def __init__(self, clock: Callable[[], float] = time.time, wait: Callable[[float], None] = time.sleep):
        self.clock, self.wait = clock, wait
        self.spent: dict[tuple[str, int], int] = {}

    def spend(self, person: dict[str, Any], number: int) -> None:
        """Waits for the next minute where this one has no room left."""
        window = int(self.clock()) // self.WINDOW
        if self.spent.get((person["id"], window), 0) + number > self.MOST:
            self.wait((window + 1) * self.WINDOW - self.clock() + 0.1)
            window = int(self.clock()) // self.WINDOW
        key = (person["id"], window)
        self.spent[key] = self.spent.get(key, 0) + number


class Side:
    """One size of the data: its server, its cast, and what its database is asked."""

    def __init__(self, port: int, cast: dict[str, Any], watch: Watch):
        self.port, self.cast, self.watch = port, cast, watch
        self.connection, self.pace = Connection(port), Pace()
        self.ids: dict[tuple[str, str], str] = {}

    def ask(self, request: dict[str, Any]) -> Answer:
        return self.connection.ask(message(request))

    def person(self, role: str) -> dict[str, Any] | None:
        return next(iter(of_role(self.cast, role)), None)

    def path(self, route: dict[str, Any], role: str) -> str:
        """The route's path, with the first record of its kind that this role lists; "" if it lists none."""
        if not route["label"]:
            return str(route["path"])
        key = self.ids.get((route["label"], role), "")
        return route["path"].replace("{id}", key) if key else ""

    def learn(self, route: dict[str, Any], role: str, answer: Answer) -> int | None:
        """Rows of an API list; its first is kept as the record of its kind."""
        if route["label"] or not route["path"].startswith("/api/"):
            return None
        rows = json.loads(answer.body).get("results")
        if not isinstance(rows, list):
            return None
        if rows and "id" in rows[0]:
            self.ids.setdefault((route["lists"], role), rows[0]["id"])
        return len(rows)


def roles_of(route: dict[str, Any], cast: dict[str, Any]) -> list[str]:
    there = list(dict.fromkeys(person["role"] for person in cast["people"]))
    if route["public"]:
        return there[:1]
    return [role for role in there if not route["roles"] or role in route["roles"]]


def pages(small: Side, large: Side) -> Iterator[dict[str, Any]]:
    """Every page that both sizes serve to a role: lists for each role, records for the first role that lists one."""
    ordered = sorted(large.cast["routes"], key=lambda route: (bool(route["label"]), route["name"]))
    for route in ordered:
        for role in roles_of(route, large.cast):
            found = probe(route, role, small, large)
            if found is not None:
                yield found
                if route["label"]:
                    break


def probe(route: dict[str, Any], role: str, small: Side, large: Side) -> dict[str, Any] | None:
    """One page at both sizes: its requests, how full it is, and the buffers it takes; None where one refuses it."""
    asked: list[dict[str, Any]] = []
    sizes, rows, buffers, calls = [], [], [], []
    for side in (small, large):
        person, path = side.person(role), side.path(route, role)
        if person is None or not path:
            return None
        request = get(person, path)
        side.pace.spend(person, 2)
        answer = side.ask(request)
        if answer.status != 200:
            return None
        rows.append(side.learn(route, role, answer))
        side.watch.begin()
        side.ask(request)
        seen = side.watch.read()
        buffers.append(sum(statement.buffers for statement in seen))
        calls.append(sum(statement.calls for statement in seen))
        asked.append(request)
        sizes.append(len(answer.body))
    return {
        "route": route["name"], "role": role, "rows": rows, "bytes": sizes, "buffers": buffers, "statements": calls,
        "alike": rows[0] == rows[1] and min(sizes) >= ALIKE * max(sizes), "requests": asked,
    }  # fmt: skip


def compare(page: dict[str, Any], small: Side, large: Side, run: Run, count: int) -> None:
    """Adds p50 at both sizes and their ratio; a page that was refused meanwhile says so."""
    for side in (small, large):
        person = side.person(page["role"])
        assert person is not None
        side.pace.spend(person, count)
    targets = [
        {"port": side.port, "chains": [[request]]}
        for side, request in zip((small, large), page["requests"], strict=True)
    ]
    answers = run(targets, connections=1, count=count)
    page["p50"] = [answer["p50"] for answer in answers]
    if any(set(answer["statuses"]) != {"200"} for answer in answers):
        page["alike"] = False
        page["statuses"] = [answer["statuses"] for answer in answers]
    page["ratio"] = page["p50"][1] / page["p50"][0] if page["p50"][0] else 0.0


def at_both_sizes(small: Side, large: Side, run: Run, count: int, tell: Callable[[str], None]) -> dict[str, Any]:
    found = list(pages(small, large))
    for place, page in enumerate(found):
        compare(page, small, large, run, count)
        if page["ratio"] > 1.1:
            compare(page, small, large, run, AGAIN * count)
        if place % 50 == 0:
            tell(f"  {place + 1} of {len(found)} pages")
    for page in found:
        del page["requests"]
    alike = [page for page in found if page["alike"]]
    ratio = [page["buffers"][1] / max(1, page["buffers"][0]) for page in alike]
    return {
        "pages": len(found), "alike": len(alike), "worst": max((page["ratio"] for page in alike), default=None),
        "buffers": max(ratio, default=None), "each": sorted(found, key=lambda page: -page["ratio"]),
    }  # fmt: skip


def plans(small: Side, large: Side) -> dict[str, Any]:
    """All pages once more, with the statements of all of them at both sizes side by side."""
    for side in (small, large):
        side.watch.begin()
        for route in side.cast["routes"]:
            for role in roles_of(route, side.cast):
                person, path = side.person(role), side.path(route, role)
                if person is not None and path:
                    side.pace.spend(person, 1)
                    side.ask(get(person, path))
    before, after = small.watch.read(), large.watch.read()
    found = growing(before, after)
    heavy = sorted(after, key=lambda statement: -statement.each)[:15]
    told = [{"statement": each.text[:400], "buffers": round(each.each), "ms": each.ms / each.calls} for each in heavy]
    return {"growing": len(found), "which": found, "heaviest": told, "statements": len(after)}


def deep(side: Side, run: Run, count: int) -> dict[str, Any]:
    """Page 1,000 against page 1 of the cases, for who sees all of them; by the API and as a page."""
    person = side.person("auditor") or side.person("supervisor")
    assert person is not None, "nobody sees the whole province"
    found: dict[str, Any] = {}
    side.pace.spend(person, Pace.MOST)
    for name, path, size, linked in (
        ("api", "/api/v1/cases/", 25, api_next),
        ("html", "/ca/?xep=moi&chang=all", 50, html_next),
    ):
        first = get(person, f"{path}?limit={size}" if name == "api" else path)
        reached, last = walk(side, person, path, size, linked)
        answers = run(
            [{"port": side.port, "chains": [[request]]} for request in (first, get(person, last))],
            connections=1, count=count,
        )  # fmt: skip
        p50 = [answer["p50"] for answer in answers]
        found[name] = p50[1] / p50[0]
        found[f"{name}_page"], found[f"{name}_p50"] = reached, p50
    return found


def walk(side: Side, person: dict[str, Any], path: str, size: int, linked: Any) -> tuple[int, str]:
    """(number, path) of page 1,000 or the last one before it; the API is read in larger steps on the way."""
    api = path.startswith("/api/")
    step = WALK if api else size
    at, rows = (f"{path}?limit={step}" if api else path), 0
    while rows + step < DEEP * size:
        following = linked(side.ask(get(person, at)))
        if not following:
            break
        at, rows = following, rows + step
    return rows // size + 1, at.replace(f"limit={step}", f"limit={size}") if api else at


def api_next(answer: Answer) -> str:
    link = json.loads(answer.body)["next"] or ""
    return link.split("127.0.0.1", 1)[-1].removeprefix(":443")


def html_next(answer: Answer) -> str:
    """The address of the link to the next page."""
    text = answer.text
    at = text.find('rel="next"')
    if at < 0:
        return ""
    begin = text.rfind("<a", 0, at)
    href = text.index('href="', begin) + 6
    return text[href : text.index('"', href)].replace("&amp;", "&")
