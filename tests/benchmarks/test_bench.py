"""The parts of `run.py bench`: what it asks, how it counts, and what it says of the figures."""

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from benchmarks import asking, cast, goals, load, product, routes, sizes, statements, usage
from benchmarks.load import Connection, Driver, message, percentile
from deploy.bootstrap import bench
from tests.factories.cases import Story


class Server(BaseHTTPRequestHandler):
    """Counts versions up; /chunks answers in pieces, /bad with 409."""

    protocol_version = "HTTP/1.1"
    seen: list = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.path, body, self.headers["Idempotency-Key"]))
        self.answer(200, json.dumps({"version": body["version"] + 1}).encode())

    def do_GET(self):
        if self.path == "/chunks":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nxin c\r\n4;x=y\r\nh\xc3\xa0o\r\n0\r\n\r\n")
            return
        self.answer(409 if self.path == "/bad" else 200, b"tr\xe1\xba\xa3 l\xe1\xbb\x9di")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Nothing."""


@pytest.fixture
def port():
    Server.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class TestDriver:
    def test_a_chain_goes_on_with_the_version_it_was_told(self, port):
        request = {
            "method": "POST", "path": "/hold/", "headers": {"Idempotency-Key": "{key}"}, "version": 7,
            "body": {"note": "x", "version": "{version}"},
        }  # fmt: skip
        job = {"targets": [{"port": port, "chains": [[request, {**request, "path": "/resume/"}]]}]}
        answer = Driver({**job, "connections": 1, "count": 4}).run()[0]
        assert answer["statuses"] == {"200": 4}
        assert [(path, body["version"]) for path, body, _key in Server.seen] == [
            ("/hold/", 7), ("/resume/", 8), ("/hold/", 9), ("/resume/", 10)
        ]  # fmt: skip
        assert len({key for _path, _body, key in Server.seen}) == 4

    def test_two_targets_are_asked_in_turn_and_told_apart(self, port):
        targets = [{"port": port, "chains": [[{"path": path}]]} for path in ("/good", "/bad")]
        good, bad = Driver({"targets": targets, "connections": 2, "count": 10}).run()
        assert (good["statuses"], bad["statuses"]) == ({"200": 10}, {"409": 10})
        assert (good["failures"], len(bad["failures"])) == ([], 5)

    def test_pieces_are_put_together_and_the_connection_goes_on(self, port):
        connection = Connection(port)
        for _each in range(2):
            assert connection.ask(message({"path": "/chunks"})).text == "xin chào"
        assert connection.ask(message({"path": "/"})).text == "trả lời"
        connection.close()

    def test_a_server_that_is_away_is_a_failure_and_no_success(self):
        job = {"targets": [{"port": product.free_port(), "chains": [[{"path": "/"}]]}], "connections": 1, "count": 2}
        answer = Driver(job).run()[0]
        assert answer["statuses"] == {"0": 2}
        assert "ConnectionRefusedError" in answer["failures"][0]

    @pytest.mark.parametrize(("part", "value"), [(50, 2), (95, 4), (99, 4), (25, 1)])
    def test_percentiles(self, part, value):
        assert percentile([1, 2, 3, 4], part) == value
        assert percentile([], part) == 0


class TestTable:
    def test_what_was_measured_is_held_against_must_and_goal(self):
        figures = {"transition": {"ratio": 11, "cpu": 5}, "page": {"ratio": 41}, "search": {"ratio": 0.9, "p95": 70}}
        told = {row[1]: row[4:] for row in goals.table(figures)}
        assert told["bare transition tps ÷ ours"] == ("11 ×", "goal")
        assert told["CPU of a transition"] == ("5 ms", "must")
        assert told["bare page tps ÷ ours"] == ("41 ×", "MISSED")
        assert told["search tps ÷ bare search tps"] == ("0.9 ×", "must")
        assert told["loading the province"] == ("not measured", "")
        assert goals.missed(figures) == ["P5 bare page tps ÷ ours: 41 ×", "P8 search, p95 alone: 70 ms"]
        assert "| P3 | bare transition tps ÷ ours | ≤ 30 × | ≤ 12 × | 11 × | goal |" in goals.markdown(figures)

    def test_a_count_that_grows_and_every_offset_are_found(self):
        def one(text, buffers):
            return statements.Statement(text, calls=2, buffers=2 * buffers, ms=1)

        small = [one("SELECT COUNT(*) FROM a", 100), one("SELECT COUNT(*) FROM b LIMIT $1", 400)]
        large = [one("SELECT COUNT(*) FROM a", 9000), one("SELECT COUNT(*) FROM b LIMIT $1", 410)]
        large += [one("SELECT id FROM c LIMIT $1 OFFSET $2", 3), one("SELECT id FROM c", 9000)]
        found = [each["statement"] for each in statements.growing(small, large)]
        assert found == ["SELECT COUNT(*) FROM a", "SELECT id FROM c LIMIT $1 OFFSET $2"]


class TestSizes:
    def test_nobody_is_asked_for_more_than_the_product_allows(self):
        moment, waits = [1000.0], []

        def wait(seconds):
            waits.append(seconds)
            moment[0] += seconds

        pace = sizes.Pace(lambda: moment[0], wait)
        for _each in range(3):
            pace.spend({"id": "a"}, 200)
        assert waits == [pytest.approx(20.1)]  # a third 200 of one minute
        pace.spend({"id": "b"}, 500)
        assert len(waits) == 1

    def test_the_next_page_is_found_in_both_doors(self):
        link = b'<a class="btn" rel="prev" href="/ca/?a=1">x</a><a class="btn" rel="next" href="/ca/?a=2&amp;b=3">y</a>'
        assert sizes.html_next(load.Answer(200, b"", link)) == "/ca/?a=2&b=3"
        assert sizes.html_next(load.Answer(200, b"", b'<a rel="prev" href="/ca/">x</a>')) == ""
        body = json.dumps({"next": "https://127.0.0.1/api/v1/cases/?limit=1&cursor=x"}).encode()
        assert sizes.api_next(load.Answer(200, b"", body)) == "/api/v1/cases/?limit=1&cursor=x"
        assert sizes.api_next(load.Answer(200, b"", b'{"next": null}')) == ""


class TestProduct:
    def test_it_is_started_as_the_unit_of_production_says(self):
        words = product.command(1234)
        assert words[words.index("--workers") + 1] == "2"
        assert words[words.index("--port") + 1] == "1234"
        assert words[-1] == "deploy.wsgi:application"

    def test_every_list_stands_in_what_is_measured(self):
        found = {route["name"]: route for route in routes.every()}
        for name in ("today", "case_list", "desk", "queue", "licences", "referral_inbox", "bed_board", "facility_list"):
            assert not found[name]["label"]
        assert {"api:cases-list", "api:persons-list", "api:work-items"} <= set(found)
        assert found["api:cases-events"]["path"] == "/api/v1/cases/{id}/events/"
        assert found["case"]["label"] == "casework.Case"
        assert not {"intake", "search", "account_login", "api:schema", "reassign_many", "print_licence"} & set(found)

    def test_cpu_of_this_process_is_counted(self):
        before = usage.cpu(usage.os.getpid())
        sum(number * number for number in range(3_000_000))
        assert usage.cpu(usage.os.getpid()) > before
        assert usage.memory(usage.os.getpid())[0] > 10


@pytest.mark.django_db
def test_whoever_is_chosen_is_let_in_and_the_cases_move(world, settings):
    settings.DH_REQUIRE_SECOND_FACTOR = True
    case = Story(world).running().case
    people = cast.people()
    workers = [person for person in people if person["role"] == "social_worker"]
    cases = {"product": [{"id": str(case.pk), "version": 1, "token": workers[0]["token"]}], "bare": []}
    owner = next(person for person in workers if person["id"] == str(case.worker_id))
    cases["product"][0]["token"] = owner["token"]
    told = {"people": people, "cases": cases, "words": cast.words(3)}
    standing = {key: tuple(value) for key, value in cast.standing([str(case.pk)]).items()}
    (hold, resume), = asking.transitions(told, standing)  # fmt: skip
    assert (hold["path"].split("/")[-2], hold["version"]) == ("hold", standing[str(case.pk)][0])
    for request in (hold, resume):
        version = cast.standing([str(case.pk)])[str(case.pk)][0]
        answer = send({**request, "body": {**request["body"], "version": version}})
        assert answer.status_code == 200, answer.content.decode()
    assert cast.standing([str(case.pk)])[str(case.pk)][1] == "active"
    for chain in [*asking.caseload(told), *asking.caseload_page(told), *asking.searches(told)]:
        assert send(chain[0]).status_code == 200
    for chain in asking.duplicate_checks(told):
        assert send(chain[0]).status_code == 200


def send(request):
    """The request as Django's client sends it."""
    headers = {name: value.replace("{key}", load.uuid.uuid4().hex) for name, value in request["headers"].items()}
    client, body = Client(enforce_csrf_checks=True), request.get("body", "")
    for part in headers.pop("Cookie", "").split("; "):
        name, _sign, value = part.partition("=")
        if name:
            client.cookies[name] = value
    if request.get("method") != "POST":
        return client.get(request["path"], headers=headers, secure=True)
    kind = "application/json" if isinstance(body, dict) else "application/x-www-form-urlencoded"
    headers["Referer"] = "https://testserver/"
    return client.post(request["path"], body, content_type=kind, headers=headers, secure=True)


class TestCommandLine:
    def test_small_is_quick_and_said_numbers_win(self):
        parser = argparse.ArgumentParser()
        bench.arguments(parser)
        assert bench.choices(parser.parse_args([])).persons == bench.LARGE
        chosen = bench.choices(parser.parse_args(["--small", "--persons", "50000", "--keep", "--only", "rounds"]))
        assert (chosen.persons, chosen.rounds, chosen.keep, chosen.only) == (50_000, 3, True, "rounds")
        assert "--persons=50000" in bench.words(chosen)

    def test_the_server_keeps_what_it_acknowledged(self, tmp_path):
        told = bench.server_settings(tmp_path, memory=8000)
        assert not {"fsync", "synchronous_commit", "full_page_writes"} & set(told)
        assert told["shared_buffers"] == "2000MB"
        assert told["listen_addresses"] == ""

    def test_keys_are_made_once_and_for_this_user_alone(self, tmp_path):
        path = tmp_path / "keys.json"
        made = bench.keys(path)
        assert bench.keys(path) == made
        assert path.stat().st_mode & 0o077 == 0
        assert len(set(made.values())) == 5
