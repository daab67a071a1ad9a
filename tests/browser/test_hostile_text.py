"""Hostile text in every field of every record: no page lets it become more than text, no header carries it, and nobody
reads a column that the rules do not open to them.

The short form takes a part of pages and people, another each day; DH_ATTACK=long takes all (about an hour). One test
with parts, because the province is made once.
"""

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote, unquote, urlencode

import pytest
from django.db import transaction

from tests.attack.pages_browser import watching
from tests.attack.pages_poison import ATTACKS, text_columns
from tests.attack.pages_reading import TOKEN, flattened, read
from tests.attack.pages_walk import LONG, SEED, build, readable
from tests.attack.test_headers import policy
from tests.core.web.every_page import FIRST

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db, pytest.mark.looks,
]  # fmt: skip
PAGES, RESOURCES, PEOPLE, BROWSED, REFUSED = 90, 15, 2, 40, 8
# Columns that no page shows: of the machine's tables, of staff (their page is the administrator's), of the law's files.
UNSHOWN = {
    "accounts.Unit.phone", "accounts.User.certificate", "accounts.User.email", "accounts.User.phone",
    "accreditation.InterestDeclaration.what", "casework.AssessmentTool.basis", "clock.CalendarDay.basis",
    "clock.CalendarYear.note", "core.Counter.series", "facilities.ChecklistItem.note", "places.CommuneChange.basis",
    "places.CommuneChange.old_district", "places.CommuneChange.old_name", "places.CommuneChange.old_province",
    "places.ProvinceChange.basis", "places.ProvinceChange.old_name",
}  # fmt: skip
# Numbers of papers name their file; they tell of no person.
NUMBERS = {"accreditation.Decision.number", "accreditation.Registration.number", "accreditation.Licence.number"}
SHOWN = (200, 403, 409)


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


class Walk:
    """What was seen: the faults of answers, who read which column, and who opened what."""

    def __init__(self, province, random):
        self.province, self.random = province, random
        self.faults, self.headers, self.leaks = Counter(), Counter(), {}
        self.shown, self.opened = set(), {}
        self.asked = 0
        self.rights = {name: readable(province, name) for name in province.clients}

    def all(self):
        places = self.province.places
        if not LONG:
            of_api = [place for place in places if place.route.startswith("api:")]
            pages = [place for place in places if not place.route.startswith("api:")]
            places = [*self._some(pages, PAGES), *self._some(of_api, RESOURCES)]
        for place in places:
            everybody = list(self.province.clients)
            for who in everybody if LONG else self.random.sample(everybody, PEOPLE):
                self.ask(place, who)
            for who in () if LONG else self.random.sample(FIRST, len(FIRST)):
                if self.ask(place, who) == 200:
                    break

    def _some(self, places, many):
        """One of every kind, then more."""
        kinds = {}
        for place in self.random.sample(places, len(places)):
            kinds.setdefault(place.route.split()[0], []).append(place)
        turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds.values()))
        return list(itertools.islice((place for place in turns if place is not None), many))

    def ask(self, place, who):
        answer = self.province.clients[who].get(place.path)
        self.asked += 1
        if answer.status_code >= 500 and place.route != "readyz":
            self.faults[f"{place.route} by {who}: {answer.status_code}"] += 1
        for name, value in answer.headers.items():
            for token in TOKEN.findall(unquote(value)):
                mark = self.province.marks.get(token)
                if mark is None or mark.column not in NUMBERS:
                    self.headers[f"{place.route}: {name}: {value}"] += 1
        if answer.status_code in SHOWN:
            self.note(place, who, answer)
        return answer.status_code

    def note(self, place, who, answer):
        kind = answer.headers.get("Content-Type", "")
        found = read(answer.getvalue(), kind, self.province.marks)
        self.shown |= found.shown
        for fault in found.faults:
            self.faults[f"{place.route}: {fault}"] += 1
        if answer.status_code == 200 and kind.startswith("text/html"):
            self.opened.setdefault(place.path, (who, place))
        for token in found.tokens & self.province.marks.keys():
            mark = self.province.marks[token]
            # What stands on pages for everybody is proved in tests/accreditation/public.
            if not place.route.startswith("public_") and not self.rights[who].may(mark):
                self.leaks.setdefault(mark.column, set()).add(f"{who} at {place.route}")


def test_hostile_text_stays_text_and_reaches_nobody_it_should_not(province, chromium, subtests):
    random = Random(SEED)
    walk = Walk(province, random)
    walk.all()
    with subtests.test("nothing became markup", seed=SEED, asked=walk.asked):
        assert not walk.faults, "\n".join(map(str, walk.faults.most_common(30)))
        assert len(walk.opened) > 30
    with subtests.test("no header and no file name carries it", seed=SEED):
        assert not walk.headers, walk.headers
    with subtests.test("nobody reads what the rules do not open", seed=SEED):
        assert not walk.leaks, "\n".join(f"{column}: {sorted(who)[:4]}" for column, who in sorted(walk.leaks.items()))
    with subtests.test("it is seen as it was typed", seed=SEED):
        columns = {mark.column for mark in province.marks.values()}
        seen = {province.marks[token].column for token in walk.shown & province.marks.keys()}
        assert len(seen) > (300 if LONG else 100)
        if LONG:
            assert {column for column in columns - seen if "." not in column.split(".", 2)[2]} == UNSHOWN
    with subtests.test("a browser runs none of it", seed=SEED):
        browse(province, walk, chromium, random)
    with subtests.test("nor what comes back from a refused form or a query", seed=SEED):
        assert send_back(province, walk, random) == []


def browse(province, walk, chromium, random):
    """Half of the pages with the content policy, half without it: there escaping alone must do."""
    pages = sorted(walk.opened)
    if not LONG:
        pages = random.sample(pages, min(BROWSED, len(pages)))
    for half, with_policy in ((pages[::2], True), (pages[1::2], False)):
        with watching(chromium, with_policy) as watch:
            for path in half:
                who, _place = walk.opened[path]
                shown = flattened(watch.show(province.clients[who], path))
                for token in set(TOKEN.findall(shown)) & province.marks.keys():
                    whole = flattened(province.marks[token].text)
                    if whole not in shown and "…" not in shown:
                        watch.wrong.append(f"{path}: {province.marks[token].column} is not shown whole")
            assert watch.wrong == []


class Fields(HTMLParser):
    """The names of what a page lets one type or choose."""

    def __init__(self, html):
        super().__init__()
        self.names = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("input", "textarea", "select") and given.get("name") not in (None, "csrfmiddlewaretoken"):
            self.names[given["name"]] = (given.get("type"), given.get("value") or "")


KEPT = ("version", "key", "idempotency_key")
HOSTILE = "\"><x-dh onclick=boom(1)>'</textarea></script><script>boom(1)</script>javascript:boom(1)"


def send_back(province, walk, random):
    """What is wrong with the answers to hostile forms and hostile queries, which say again what was typed."""
    wrong = []
    forms = [path for path, (_who, place) in sorted(walk.opened.items()) if place.route.startswith("act")]
    queries = [path for path, (_who, place) in sorted(walk.opened.items()) if place.subject is None]
    for path in forms if LONG else random.sample(forms, min(REFUSED, len(forms))):
        who, _place = walk.opened[path]
        client = province.clients[who]
        fields = Fields(client.get(path).content.decode()).names
        sent = {name: value if kind == "hidden" or name in KEPT else HOSTILE for name, (kind, value) in fields.items()
                if kind != "file"}  # fmt: skip
        with transaction.atomic():
            answer = client.post(path, sent)
            transaction.set_rollback(True)
        wrong += [f"POST {path}: {fault}" for fault in echoed(answer)]
        wrong += [f"draft of {path}: {fault}" for fault in from_a_draft(client, path, sent)]
    for path in queries if LONG else random.sample(queries, min(REFUSED, len(queries))):
        who, _place = walk.opened[path]
        client = province.clients[who]
        names = [*Fields(client.get(path).content.decode()).names, "q", "ten", "trang", "next", "han", "so-sanh"]
        answer = client.get(f"{path}?{'&'.join(f'{quote(name)}={quote(HOSTILE)}' for name in names)}")
        wrong += [f"GET {path}: {fault}" for fault in echoed(answer)]
        answer = client.get(f"{path}?{'&'.join(f'{quote(name)}=javascript:boom(1)' for name in names)}")
        wrong += [f"GET {path}: {fault}" for fault in echoed(answer)]
    return wrong


def from_a_draft(client, path, sent):
    """What the page makes of hostile text that was kept while it was typed."""
    key = re.search(r'data-draft="([^"]+)"', client.get(path).content.decode())
    if key is None:
        return []
    with transaction.atomic():
        kept = client.post("/nhap/", {"draft_key": key[1], "draft_version": "", "draft_data": urlencode(sent)})
        answer = client.get(path)
        transaction.set_rollback(True)
    return ([] if kept.status_code == 200 else [f"not kept: {kept.status_code}"]) + echoed(answer)


def echoed(answer):
    if answer.status_code >= 500:
        return [f"{answer.status_code}"]
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    return read(answer.content, "text/html", {}).faults


# --- the instruments must be able to fail ---


@pytest.mark.parametrize("attack", [one for one in ATTACKS if re.search(r"<(x-dh|svg|img|script|iframe)", one)])
def test_an_attack_that_is_not_escaped_is_found(attack, province):
    mark = next(iter(province.marks.values()))
    text = attack.format(t=mark.token, n=1)
    found = read(f'<!doctype html><p title="{text}">{text}</p>'.encode(), "text/html", {mark.token: mark})
    assert found.faults


def test_the_browser_finds_what_runs(province, chromium):
    class Careless:
        def get(self, path, **headers):
            from django.http import HttpResponse

            said = "<!doctype html><p>x</p><img src=x onerror=boom(1)><x-dh>y</x-dh>"
            return HttpResponse(said, headers={"Content-Security-Policy": "script-src 'self'"} if "s=1" in path else {})

    with watching(chromium, policy=False) as watch:
        watch.show(Careless(), "/a")
        assert any("ran 1" in one for one in watch.wrong) and any("x-dh" in one for one in watch.wrong)
    with watching(chromium, policy=True) as watch:
        watch.show(Careless(), "/a?s=1")
        assert any("Content Security Policy" in one for one in watch.wrong)


def test_every_column_of_text_is_attacked_or_named(province):
    """A new column of text is filled in by itself, if the province has a row of it."""
    empty = {model._meta.label for model, _field in text_columns() if not model._base_manager.exists()}
    assert empty <= {
        "accounts.RoleAssignment", "api.ApiToken", "core.Draft", "core.IdempotencyKey", "core.WorkerProcess",
        "core.ScheduledRun", "accreditation.RegisterRow", "usersessions.UserSession",
    }  # fmt: skip
    assert len(province.marks) > 500
    assert policy("default-src 'none'") == {"default-src": ["'none'"]}
