"""Core's own lists: words, places, notices; rates."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from core.accounts.models import Unit
from core.api import throttling
from core.catalogue.models import ClientGroup, ClosureCode
from core.places.models import Commune, Province
from core.worklist.models import Notice

pytestmark = pytest.mark.usefixtures("api_urls")


def test_units_for_anybody_signed_in(person, centre, sibling):
    Unit.objects.create(code="CU", name="Đã giải thể", kind="centre", is_active=False)
    nobody = person("khong")
    rows = nobody.get("units/").json()["results"]
    assert [row["code"] for row in rows] == ["TT", "TT2"]
    assert set(rows[0]) == {"id", "code", "name", "kind", "kind_label"}
    assert [row["code"] for row in nobody.get("units/", q="KHÁC").json()["results"]] == ["TT2"]
    assert nobody.get("units/", kind="nothing").status_code == 400


def test_words_hold_on_a_day(worker):
    start, change = date(1990, 7, 1), date(1995, 10, 5)
    ClientGroup.objects.create(code="ZZ", name="Cũ", law_group="facility", basis="x", valid_from=start, valid_to=change)
    ClientGroup.objects.create(
        code="ZZ", name="Mới", law_group="facility", basis="y", valid_from=change, valid_to=date(1999, 1, 1)
    )
    ClosureCode.objects.create(code="zz", text="x", article="Đ.26", valid_from=start, valid_to=change)
    for day, names in (("1990-06-30", []), ("1995-10-04", ["Cũ"]), ("1995-10-05", ["Mới"]), ("1999-01-01", [])):
        rows = worker.get("catalogue/client-groups/", on=day).json()["results"]
        assert [row["name"] for row in rows] == names
    for wrong in ("05/10/2026", "2026-13-01", "x"):
        assert worker.get("catalogue/client-groups/", on=wrong).status_code == 400
    assert [row["code"] for row in worker.get("catalogue/closure-codes/", on="1995-10-04").json()["results"]] == ["zz"]
    assert worker.get("catalogue/service-types/", on="1995-10-04").json()["results"] == []


def test_communes_by_what_people_write(worker):
    since = {"valid_from": date(2025, 7, 1)}
    province, _new = Province.objects.get_or_create(
        code="75", defaults={"name": "Đồng Nai", "kind": "thanh_pho", "name_folded": "dong nai", **since}
    )
    Commune.objects.get_or_create(
        code="26041",
        defaults={"name": "Trấn Biên", "kind": "phuong", "province": province, "name_folded": "tran bien", **since},
    )
    found = worker.get("places/communes/", q="phuong tran bien", province="75").json()["results"]
    assert [(row["code"], row["kind_label"], row["province_id"]) for row in found] == [("26041", "phường", "75")]
    assert "26041" in {
        row["code"] for row in worker.get("places/communes/", province="75", limit=100).json()["results"]
    }
    assert worker.get("places/communes/", province="99").json()["results"] == []


def test_notices_are_ones_own_and_can_be_marked(worker, boss):
    rows = [
        Notice.objects.create(
            user=user, event_id=uuid.uuid4(), kind="proposal.confirm", root_model="core.Proposal", root_id=uuid.uuid4(),
            at=timezone.now(),
        )
        for user in (worker.user, worker.user, boss.user)
    ]  # fmt: skip
    listed = worker.get("notices/").json()["results"]
    assert {row["id"] for row in listed} == {str(rows[0].pk), str(rows[1].pk)}
    assert listed[0]["text"] == "Xác nhận"
    body = {"ids": [str(rows[0].pk), str(rows[2].pk)]}
    assert worker.post("notices/read/", body, key="").status_code == 400
    first, again = worker.post("notices/read/", body, key="k"), worker.post("notices/read/", body, key="k")
    assert first.json() == again.json() == {"read": 1}
    assert again["Idempotency-Replayed"] == "true"
    assert worker.post("notices/read/", {}, key="k").status_code == 422
    assert Notice.objects.get(pk=rows[2].pk).read_at is None
    assert len(worker.get("notices/", unread="true").json()["results"]) == 1
    for wrong in ({"ids": "x"}, {"ids": [1]}, {"id": []}, {"ids": [str(uuid.uuid4())] * 101}):
        assert worker.post("notices/read/", wrong).status_code == 400


def test_usual_rate_is_per_person(worker, boss, monkeypatch):
    monkeypatch.setitem(throttling.RATES, "page", (3, 60))
    assert [worker.get("me/").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = worker.get("me/")
    assert refused.json()["type"] == "/problems/throttled"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert boss.get("me/").status_code == 200


def test_lookup_rate_counts_apart(worker):
    spent = [throttling.spend(worker.user.pk, "lookup") for _ in range(31)]
    assert spent[:30] == [0] * 30
    assert 0 < spent[30] <= 3600
    assert throttling.spend(worker.user.pk) == 0


@pytest.mark.parametrize("where", ["nothing/", "proposals", "me", "proposals/x/", "", "me/more/"])
def test_unknown_routes(worker, where):
    for method in ("get", "post", "put", "delete"):
        response = getattr(worker.client, method)(f"/api/v1/{where}")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
