import uuid
from dataclasses import dataclass
from datetime import date
from types import ModuleType

import pytest
from django.apps import AppConfig, apps
from django.core.cache import cache
from django.db import connection
from django.urls import include, path
from rest_framework.test import APIClient

from core.access import engine as access
from core.access.actor import Actor
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.accounts.services import assign
from core.api import router, throttling, tokens
from core.clock.models import Parameter
from core.lifecycle import actions
from core.lifecycle.engine import perform

from . import boxes as box_app


@pytest.fixture(scope="session")
def box_tables(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        existing = connection.introspection.table_names()
        with connection.schema_editor() as editor:
            for model in (box_app.Leaf, box_app.Box):
                if model._meta.db_table in existing:
                    editor.delete_model(model)
            for model in (box_app.Box, box_app.Leaf):
                editor.create_model(model)


@pytest.fixture
def boxes(box_tables, db, monkeypatch, settings):
    """The tests' own lifecycle, known to the registries and routes for the time of one test."""
    monkeypatch.setattr(access, "_registry", dict(access._registry))
    monkeypatch.setattr(actions, "_registry", dict(actions._registry))
    monkeypatch.setattr(router, "_routes", dict(router._routes))
    monkeypatch.setitem(apps.app_configs, "boxes", _config())
    box_app.register()
    import core.api.urls as core_urls

    monkeypatch.setattr(router, "_routes", {})
    router.register("boxes", box_app.Boxes)
    router.register("leaves", box_app.Leaves)
    urls = ModuleType("box_urls")
    patterns = [*router.urls(), *core_urls.urlpatterns]
    urls.urlpatterns = [path("api/v1/", include((patterns, "api")))]
    settings.ROOT_URLCONF = urls
    return box_app


def _config():
    """What makes `apps.get_model("boxes", "Box")` answer, without an installed app."""
    config = AppConfig.__new__(AppConfig)
    config.name, config.label, config.module, config.path = "boxes", "boxes", box_app, ""
    config.apps, config.models_module, config.models = apps, box_app, apps.all_models["boxes"]
    config.verbose_name = "boxes"
    return config


@pytest.fixture(autouse=True)
def fresh_counts():
    throttling._own.clear()
    cache.clear()


@pytest.fixture
def api_urls(settings):
    import core.api.urls as core_urls

    urls = ModuleType("api_urls")
    urls.urlpatterns = [
        path("api/v1/", include((core_urls.urlpatterns, "api"))),
        path("accounts/", include("allauth.urls")),
    ]
    settings.ROOT_URLCONF = urls


@dataclass
class Someone:
    """A person with a token, and the calls it makes."""

    user: User
    secret: str

    @property
    def client(self) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {self.secret}")
        return client

    @property
    def actor(self) -> Actor:
        return Actor.of(self.user)

    def get(self, where, **params):
        return self.client.get(f"/api/v1/{where}", params)

    def post(self, where, body=None, key=None, **headers):
        key = uuid.uuid4().hex if key is None else key
        named = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return self.client.post(f"/api/v1/{where}", body or {}, format="json", **named, **headers)


@pytest.fixture
def centre(db):
    return Unit.objects.create(code="TT", name="Trung tâm", kind=UnitKind.CENTRE)


@pytest.fixture
def sibling(db):
    return Unit.objects.create(code="TT2", name="Trung tâm khác", kind=UnitKind.CENTRE)


@pytest.fixture
def person(db):
    def make(name, role=None, unit=None, scopes=("read", "write")):
        user = User.objects.create_user(username=name, full_name=name.title())
        if role:
            assign(user, role, unit, valid_from=date(2026, 1, 1))
        return Someone(user, tokens.issue(user, "thử", scopes)[1])

    return make


@pytest.fixture
def worker(person, centre):
    return person("lan", Role.WORKER, centre)


@pytest.fixture
def boss(person, centre):
    return person("minh", Role.SUPERVISOR, centre)


@pytest.fixture
def stranger(person, sibling):
    return person("xa", Role.WORKER, sibling)


@pytest.fixture
def proposal_term(db):
    Parameter.objects.update_or_create(
        code="due.proposal", valid_from=date(2026, 1, 2), defaults={"value": 48, "unit": "hour", "article": "thử"}
    )


@pytest.fixture
def make_box(boxes, worker):
    def make(label="hộp", **data):
        outcome = perform(boxes.Box, "make", by=worker.actor, data={"label": label, **data})
        return outcome.record

    return make
