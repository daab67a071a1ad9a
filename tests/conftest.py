"""What holds for every test: templates may not name what is not there, pages speak Vietnamese, and tests that need
several connections really commit."""

import pytest
from django.db import connection
from django.template import engines
from django.utils import translation

from core.audit import triggers
from tests.factories.world import build_world

MANY = 2000  # the whole suite, not a folder that somebody tries
DATA = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_collection_modifyitems(config, items):
    """What touches no data, or only looks at how a page is written, gives the same answer on each engine: PostgreSQL's
    run of the whole suite leaves it out, SQLite's has it. Named by its folder or file it runs there too."""
    if connection.vendor == "sqlite" or config.option.keyword or len(items) < MANY:
        return

    def touches(item):
        data = item.get_closest_marker("django_db") or DATA & set(item.fixturenames)
        return data and not item.get_closest_marker("looks")

    touching = [item for item in items if touches(item)]
    kept = set(touching)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = touching


class MissingVariable(str):
    """What a template writes for a variable that does not exist; writing it fails the test."""

    __slots__ = ()

    def __contains__(self, item: str) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        pytest.fail(f"a template names the variable {name}, which does not exist")


@pytest.fixture(autouse=True, scope="session")
def strict_templates():
    engine = engines["django"].engine
    before = engine.string_if_invalid
    engine.string_if_invalid = MissingVariable("%s")
    yield
    engine.string_if_invalid = before


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def committed(transactional_db):
    """Other connections see what the test writes. Emptying the tables afterwards needs the append-only triggers gone;
    the flush puts them back (post_migrate)."""
    yield
    triggers.drop(connection)


@pytest.fixture
def world(db):
    """A small province; see tests/factories/world.py."""
    return build_world()
