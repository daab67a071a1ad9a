"""That somebody carried a list off: one event of the chain for each file, before its first byte (trust.md §4)."""

from core.access.actor import Actor
from core.audit import chain


def log_export(by: Actor, rows: int) -> None:
    """Note that `by` is about to be given so many rows by the route that is running."""
    assert by.user is not None
    with chain.unit_of_work():
        chain.record("export.made", by.user, by, data={"route": by.route, "rows": rows})
