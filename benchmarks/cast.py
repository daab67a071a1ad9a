"""Who asks, and for what: people of a loaded province with tokens and sessions, cases to move, words to look for.

    DATABASE_URL=… python -m benchmarks.cast > CAST.json

Runs inside the product's settings; whoever is chosen has most to see among those with the duty.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any

from benchmarks import routes

WORKERS, PER_ROLE, CASES, WORDS = 40, 2, 400, 200
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def busiest(role: str, many: int) -> list[Any]:
    """Active users with the duty today: those with the widest duty, then with most open cases, then by name."""
    from django.db.models import Count, Min
    from django.db.models.functions import Length
    from django.utils import timezone

    from casework.models import Case
    from core.accounts.models import RoleAssignment, User

    held = RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), role=role)
    wide = held.order_by().values("user").annotate(width=Min(Length("unit__path")))
    # A second duty would change what its holder sees.
    plain = RoleAssignment.objects.order_by().values("user").annotate(n=Count("pk")).filter(n=1).values("user")
    found = {row["user"]: row["width"] for row in wide}
    open_cases = Case.objects.filter(closed_at__isnull=True, worker__in=found).order_by().values_list("worker")
    load = dict(open_cases.annotate(n=Count("pk")))
    users = User.objects.filter(pk__in=list(found), is_active=True).filter(pk__in=plain)
    return sorted(users, key=lambda user: (found[user.pk], -load.get(user.pk, 0), str(user.pk)))[:many]


def let_in(user: Any, role: str) -> dict[str, Any]:
    """A token and a session of the user, as a sign-in with the second factor would have left them."""
    from allauth.account.internal.flows.login import record_authentication
    from allauth.mfa.models import Authenticator
    from django.test import Client, RequestFactory

    from core.api import tokens

    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "bench"}})
    browser = Client()
    browser.force_login(user, BACKEND)
    request = RequestFactory().get("/")
    request.session = browser.session
    for method in ("password", "mfa"):
        record_authentication(request, user, method)
    request.session.save()
    secret = tokens.issue(user, "bench")[1]
    return {"id": str(user.pk), "role": role, "token": secret, "session": browser.cookies["sessionid"].value}


def people() -> list[dict[str, Any]]:
    from core.accounts.enums import Role

    found = []
    for role in Role:
        if role != Role.SYSTEM:
            many = WORKERS if role == Role.WORKER else PER_ROLE
            found += [let_in(user, role.value) for user in busiest(role.value, many)]
    return found


def movable(workers: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Cases in service that their worker may hold and resume: half for the product, half for the bare database."""
    from casework.models import Case

    token = {person["id"]: person["token"] for person in workers}
    rows = Case.objects.filter(worker__in=token, state="active", closed_at__isnull=True).order_by("pk")
    found = [
        {"id": str(key), "version": version, "token": token[str(worker)]}
        for key, version, worker in rows.values_list("pk", "version", "worker")[: 2 * CASES]
    ]
    random.Random(375).shuffle(found)
    return {"product": found[::2], "bare": found[1::2]}


def words(many: int = WORDS) -> list[dict[str, Any]]:
    """Of persons here and there: the name, its last two words folded, year of birth and commune."""
    from casework.models import Person

    dice, found = random.Random(375), []
    first, last = (Person.objects.order_by(order).values_list("pk", flat=True).first() for order in ("pk", "-pk"))
    if first is None or last is None:
        return []
    for _each in range(many):
        key = type(first)(int=dice.randrange(first.int, last.int + 1))
        row = Person.objects.filter(pk__gte=key).exclude(name="").order_by("pk").first()
        if row is not None and " " in row.name_folded:
            found.append({
                "name": row.name, "words": " ".join(row.name_folded.split()[-2:]), "year": row.birth_year,
                "commune": row.commune_id,
            })  # fmt: skip
    return found


def standing(keys: list[str]) -> dict[str, tuple[int, str]]:
    """{case: (version, state)}"""
    from casework.models import Case

    rows = Case.objects.filter(pk__in=keys).values_list("pk", "version", "state")
    return {str(key): (version, state) for key, version, state in rows}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.production")
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")
    from core.audit.chain import unit_of_work

    if "--standing" in sys.argv:
        json.dump(standing(json.load(sys.stdin)), sys.stdout)
        return
    with unit_of_work():
        cast = people()
    workers = [person for person in cast if person["role"] == "social_worker"]
    found = {"people": cast, "cases": movable(workers), "words": words(), "routes": list(routes.every())}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
