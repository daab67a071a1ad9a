"""The requests that are measured, made from a cast (benchmarks/cast.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

SECURE = {"X-Forwarded-Proto": "https"}
CSRF = "b" * 32  # any 32 letters, as long as cookie and header agree
Chain = list[dict[str, Any]]


def by_token(token: str) -> dict[str, str]:
    return {**SECURE, "Authorization": f"Token {token}"}


def by_session(session: str, posting: bool = False) -> dict[str, str]:
    if not posting:
        return {**SECURE, "Cookie": f"sessionid={session}"}
    cookies = f"sessionid={session}; csrftoken={CSRF}"
    return {**SECURE, "Cookie": cookies, "X-CSRFToken": CSRF, "Referer": "https://127.0.0.1/"}


def get(person: dict[str, Any], path: str) -> dict[str, Any]:
    headers = by_token(person["token"]) if path.startswith("/api/") else by_session(person["session"])
    return {"path": path, "headers": headers}


def post(person: dict[str, Any], path: str, **fields: Any) -> dict[str, Any]:
    headers = by_session(person["session"], posting=True)
    return {"method": "POST", "path": path, "headers": headers, "body": urlencode(fields)}


def of_role(cast: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [person for person in cast["people"] if person["role"] == role]


def transitions(cast: dict[str, Any], now: dict[str, tuple[int, str]]) -> list[Chain]:
    """A hold and its end, again and again, each case by its own worker: two transitions of the case's life cycle. `now`
    is the version and state of each case at this moment."""
    until = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
    chains = []
    for case in cast["cases"]["product"]:
        version, state = now[case["id"]]
        known = {**case, "version": version}
        cycle = [
            act(known, "hold", {"reason": "hospital", "resume_by": until, "note": "Nằm viện theo giấy hẹn."}),
            act(known, "resume", {"note": "Đã xuất viện."}),
        ]
        chains.append(cycle[::-1] if state == "on_hold" else cycle)
    return chains


def act(case: dict[str, Any], name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": "POST", "path": f"/api/v1/cases/{case['id']}/actions/{name}/", "version": case["version"],
        "headers": {**by_token(case["token"]), "Idempotency-Key": "{key}"}, "body": {**data, "version": "{version}"},
    }  # fmt: skip


def caseload(cast: dict[str, Any], rows: int = 25) -> list[Chain]:
    return [[get(person, f"/api/v1/cases/?limit={rows}")] for person in of_role(cast, "social_worker")]


def caseload_page(cast: dict[str, Any]) -> list[Chain]:
    return [[get(person, "/ca/")] for person in of_role(cast, "social_worker")]


def searches(cast: dict[str, Any]) -> list[Chain]:
    """The search box, asked by who sees the whole province."""
    people = of_role(cast, "supervisor")
    return [
        [post(people[place % len(people)], "/tim/", q=word["words"])]
        for place, word in enumerate(cast["words"])
    ]  # fmt: skip


def duplicate_checks(cast: dict[str, Any]) -> list[Chain]:
    """The panel "is this person known?" while a call is taken."""
    people = of_role(cast, "intake_officer")
    return [
        [post(
            people[place % len(people)], "/tiep-nhan/trung/", name=word["name"], birth=word["year"] or "",
            commune=word["commune"] or "",
        )]
        for place, word in enumerate(cast["words"])
    ]  # fmt: skip


def office_day(cast: dict[str, Any], now: dict[str, tuple[int, str]]) -> list[Chain]:
    """What ten people do beside each other: the day, the list, a case, a search, and a transition."""
    workers = of_role(cast, "social_worker")
    moves, words, chains = transitions(cast, now), cast["words"], []
    for place, moving in enumerate(moves):
        person = workers[place % len(workers)]
        case = cast["cases"]["product"][place]
        owner = next(each for each in workers if each["token"] == case["token"])
        word = words[place % len(words)]["words"]
        reading = [
            get(person, "/"),
            get(person, "/ca/"),
            get(owner, f"/ca/{case['id']}/"),
            post(person, "/tim/", q=word),
        ]
        chains.append([*reading[:3], moving[0], reading[3], get(person, "/api/v1/cases/?limit=25"), moving[1]])
    return chains
