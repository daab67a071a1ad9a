"""Duties that one person never holds at the same time: who runs a facility does not license facilities (trust.md §4).

The database refuses it on both engines, whoever writes. Put in place after every migrate, because SQLite drops a
table's triggers silently when a migration remakes it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.translation import gettext as _

from core.accounts.enums import Role
from core.accounts.models import RoleAssignment
from core.errors import Reason

TABLE = "accounts_roleassignment"
LICENSED = (Role.FACILITY,)
LICENSING = (Role.LICENSING, Role.HEAD, Role.COMMUNE)
_NAME = f"{TABLE}_exclusive"
_MESSAGE = "the person holds a duty that this one excludes"


def opposed(role: str) -> tuple[Role, ...]:
    if role in LICENSED:
        return LICENSING
    return LICENSED if role in LICENSING else ()


def obstacles(user_id: UUID, role: str, start: date, end: date | None) -> Iterable[Reason]:
    """The duties held on some day of the period that exclude the new one, in words."""
    ends = Q() if end is None else Q(valid_from__lte=end)
    rows = RoleAssignment.objects.filter(ends, Q(valid_to__isnull=True) | Q(valid_to__gte=start), user=user_id)
    for row in rows.filter(role__in=opposed(role)).select_related("unit"):
        words = {"held": row.get_role_display(), "unit": row.unit.name}
        yield Reason(
            "exclusive", _("Người này đang là %(held)s (%(unit)s); người quản lý cơ sở không cấp phép cơ sở.") % words
        )


def _list(roles: Iterable[Role]) -> str:
    return ", ".join(f"'{role.value}'" for role in roles)


def _clash() -> str:
    one, other = _list(LICENSED), _list(LICENSING)
    return (
        # Made of the constants above alone.
        f"EXISTS (SELECT 1 FROM {TABLE} held WHERE held.user_id = NEW.user_id AND held.id <> NEW.id "  # noqa: S608
        f"AND ((NEW.role IN ({one}) AND held.role IN ({other})) OR (NEW.role IN ({other}) AND held.role IN ({one}))) "
        "AND (held.valid_to IS NULL OR held.valid_to >= NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR NEW.valid_to >= held.valid_from))"
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, replacing what stands there."""
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        _sqlite(cursor) if connection.vendor == "sqlite" else _postgres(cursor)


def _sqlite(cursor: Any) -> None:
    for kind in ("insert", "update"):
        cursor.execute(f"DROP TRIGGER IF EXISTS {_NAME}_{kind}")
        cursor.execute(
            f"CREATE TRIGGER {_NAME}_{kind} BEFORE {kind.upper()} ON {TABLE} WHEN {_clash()} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE}: {_MESSAGE}'); END"
        )


def _postgres(cursor: Any) -> None:
    # Two duties given at the same moment must not both find the other absent: one waits for the other's end.
    cursor.execute(
        "CREATE OR REPLACE FUNCTION dh_exclusive_duties() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_advisory_xact_lock(hashtextextended(NEW.user_id::text, 20)); "
        f"IF {_clash()} THEN RAISE EXCEPTION '{TABLE}: {_MESSAGE}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    cursor.execute(f"DROP TRIGGER IF EXISTS {_NAME} ON {TABLE}")
    cursor.execute(
        f"CREATE TRIGGER {_NAME} BEFORE INSERT OR UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION dh_exclusive_duties()"
    )
