"""What is read is in the log, and committed, before the first byte leaves; when it cannot be logged nothing leaves.

Driven at the door of the web server (WSGI): its `start_response` comes before any byte, and another connection to the
database sees at that moment only what is committed.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.test import Client

from core.audit.models import ReadLog
from tests.core.web.every_page import NAME, Place, fill, places
from tests.factories.world import build_world

pytestmark = pytest.mark.django_db(transaction=True)
READERS = ("worker", "supervisor", "manager", "steward")
# The parts of a person's file that a reader may not get without a row in the log.
FILES = (b"%PDF",)


class Elsewhere:
    """Another connection to the database, for as long as the test runs."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)

    def ask(self, question: Callable[[], object]) -> object:
        return self.pool.submit(question).result(timeout=60)

    def close(self) -> None:
        self.ask(connections.close_all)
        self.pool.shutdown()


class Door:
    """The product as the web server calls it, for one signed-in person."""

    def __init__(self, user, elsewhere: Elsewhere):
        self.elsewhere = elsewhere
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        self.application = get_wsgi_application()

    def get(self, path: str, method: str = "GET", form: bytes = b"") -> tuple[int, int, bytes]:
        """Status, rows of the log that were committed when the answer began, and every byte of it."""
        began: list[tuple[int, int]] = []

        def start(status: str, _headers: object, _error: object = None) -> None:
            began.append((int(status[:3]), int(str(self.elsewhere.ask(ReadLog.objects.count)))))

        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "testserver",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_COOKIE": self.cookie, "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(form), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        body = self.application(environ, start)
        try:
            return *began[0], b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()


@pytest.fixture
def doors(committed):
    world = build_world()
    records = fill(world)
    found = [place for place in places(records) if place.path and not place.route.startswith(("account", "mfa"))]
    elsewhere = Elsewhere()
    yield {name: Door(world.user(name), elsewhere) for name in READERS}, _one_of_each(found)
    elsewhere.close()


def _one_of_each(found: list[Place]) -> list[Place]:
    """One record of each kind for each route: that is where the log is written, not in the record."""
    return list({(place.route, type(place.subject)): place for place in reversed(found)}.values())


def personal(body: bytes) -> bool:
    return NAME.encode() in body or body.startswith(FILES)


def test_the_row_is_committed_before_the_first_byte(doors):
    readers, everywhere = doors
    wrong, kinds = [], set()
    for place in everywhere:
        for name, door in readers.items():
            before = ReadLog.objects.count()
            status, committed, body = door.get(place.path)
            if status == 200 and personal(body):
                kinds.add(_kind(place, body))
                if committed <= before:
                    wrong.append(f"{place.route} {place.path} as {name}")
            if status == 200:
                break
    assert wrong == []
    assert kinds == {"page", "form", "list of the api", "record of the api", "print", "file"}


def _kind(place: Place, body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return "print" if place.route.startswith("print_") else "file"
    if place.route.startswith("api:"):
        return "list of the api" if place.subject is None else "record of the api"
    return "form" if place.route.startswith("act") else "page"


@pytest.fixture
def full_log(doors):
    """The database takes no more rows of the read log."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER no_more_reads BEFORE INSERT ON audit_readlog BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION no_more_reads() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER no_more_reads BEFORE INSERT ON audit_readlog "
                "FOR EACH ROW EXECUTE FUNCTION no_more_reads()"
            )
    yield doors
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER no_more_reads")
        else:
            cursor.execute("DROP FUNCTION no_more_reads() CASCADE")


def test_what_cannot_be_logged_is_not_read(full_log, caplog):
    readers, everywhere = full_log
    before = ReadLog.objects.count()
    leaked, refused = [], set()
    for place in everywhere:
        for name, door in readers.items():
            status, _committed, body = door.get(place.path)
            if personal(body):
                leaked.append(f"{place.route} {place.path} as {name}: {status}")
            if status >= 500:
                refused.add(place.route)
            if status == 200 or status >= 500:
                break
    assert leaked == []
    assert {"case", "person", "document", "print_intake_sheet", "api:cases-detail", "api:cases-list"} <= refused
    assert ReadLog.objects.count() == before and NAME not in caplog.text
