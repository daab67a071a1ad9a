"""Pages by key: every row once, in both directions, with NULLs and ties; a cursor opens only where it was made."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from core.lifecycle.models import Proposal


@pytest.fixture
def many(make_box, boxes):
    """Ties in size, ties and NULLs in opened_at."""
    for number in range(23):
        row = make_box(f"h{number}", size=number % 3)
        moment = None if number % 4 == 0 else datetime(2026, 1, 1 + number % 2, tzinfo=UTC)
        boxes.Box.objects.filter(pk=row.pk).update(opened_at=moment)
    rows = list(boxes.Box.objects.all())
    rows.sort(key=lambda row: (row.size, row.opened_at is None, -(row.opened_at or row.created_at).timestamp()))
    return rows


def follow(someone, first, link="next"):
    pages, url = [], first
    while url:
        body = someone.client.get(url).json()
        pages.append([row["id"] for row in body["results"]])
        url = body[link]
        assert len(pages) < 100
    return pages


@pytest.mark.parametrize("limit", [1, 2, 5, 23, 24, 100])
def test_every_row_once_forwards_and_back(many, worker, limit):
    pages = follow(worker, f"/api/v1/boxes/?limit={limit}")
    flat = [key for page in pages for key in page]
    assert len(flat) == len(set(flat)) == 23
    ordered = {
        str(row.pk): (row.size, row.opened_at is None, -(row.opened_at.timestamp() if row.opened_at else 0))
        for row in many
    }
    assert [ordered[key] for key in flat] == sorted(ordered.values())
    last = f"/api/v1/boxes/?limit={limit}"
    while (following := worker.client.get(last).json()["next"]) is not None:
        last = following
    back = follow(worker, last, "previous")
    assert [key for page in reversed(back) for key in page] == flat


def test_first_page_has_no_previous_and_last_no_next(many, worker):
    first = worker.get("boxes/", limit=20).json()
    assert first["previous"] is None
    second = worker.client.get(first["next"]).json()
    assert second["next"] is None
    assert len(second["results"]) == 3


def test_rows_added_meanwhile_do_not_shift_pages(many, worker, make_box):
    first = worker.get("boxes/", limit=10).json()
    make_box("mới", size=0)
    rest = worker.client.get(first["next"]).json()["results"]
    assert not {row["id"] for row in rest} & {row["id"] for row in first["results"]}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "²", "9" * 30])
def test_limit_is_from_1_to_100(boxes, worker, limit):
    response = worker.get("boxes/", limit=limit)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["limit"])


def test_cursor_is_sealed_and_bound(many, worker, boss):
    link = worker.get("boxes/", limit=5).json()["next"]
    cursor = parse_qs(urlsplit(link).query)["cursor"][0]
    assert worker.client.get(link).status_code == 200
    refused = [
        boss.get("boxes/", limit=5, cursor=cursor),
        worker.get("boxes/", limit=5, cursor=cursor, colour="red"),
        worker.get("leaves/", cursor=cursor),
        worker.get(f"boxes/{many[0].pk}/events/", cursor=cursor),
        worker.get("boxes/", cursor=cursor[:-4] + "AAAA"),
        worker.get("boxes/", cursor=""),
        worker.get("boxes/", cursor="v1.%%%"),
    ]
    for response in refused:
        assert (response.status_code, list(response.json()["errors"])) == (400, ["cursor"])


def test_no_count_and_no_offset(many, worker, django_assert_num_queries):
    worker.get("me/")
    with django_assert_num_queries(6) as captured:
        worker.get("boxes/", limit=5)
    sql = " ".join(query["sql"] for query in captured.captured_queries).upper()
    assert "COUNT(" not in sql
    assert "OFFSET" not in sql


def test_work_items_with_and_without_due_date(worker, api_urls):
    from django.utils import timezone

    from core.worklist.kinds import _kinds, register
    from core.worklist.models import WorkItem

    if "test.page" not in _kinds:
        register("test.page", "Thử", "Làm")
    try:
        for number in range(7):
            WorkItem.objects.create(
                kind="test.page", subject_model="x.Y", subject_id=Proposal().pk, root_model="x.Y",
                root_id=Proposal().pk, user=worker.user, opened_at=timezone.now(), risk=number % 2,
                due_at=None if number % 3 == 0 else timezone.now(),
            )  # fmt: skip
        pages = follow(worker, "/api/v1/work-items/?limit=2")
    finally:
        del _kinds["test.page"]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert len({key for page in pages for key in page}) == 7
