from datetime import date

import pytest

from casework.printing.law import document_of, form_basis, in_full
from core.catalogue.models import ClosureCode
from core.clock.models import Parameter


@pytest.mark.parametrize(
    ("article", "full"),
    [
        ("NĐ 335/2026/NĐ-CP Đ.26 điểm g", "điểm g Điều 26 Nghị định số 335/2026/NĐ-CP"),
        ("NĐ 335/2026/NĐ-CP Đ.26 điểm đ", "điểm đ Điều 26 Nghị định số 335/2026/NĐ-CP"),
        ("NĐ 335/2026/NĐ-CP Đ.26 khoản 1 điểm a", "điểm a khoản 1 Điều 26 Nghị định số 335/2026/NĐ-CP"),
        ("TT 02/2020/TT-BLĐTBXH Đ.4", "Điều 4 Thông tư số 02/2020/TT-BLĐTBXH"),
        ("NĐ 176/2025/NĐ-CP", "Nghị định số 176/2025/NĐ-CP"),
        ("Luật Trẻ em 2016", "Luật Trẻ em 2016"),
        ("setting", "setting"),
    ],
)
def test_in_full(article, full):
    assert in_full(article) == full


def test_every_closure_code_of_the_catalogue_can_be_written_out(db):
    rows = ClosureCode.objects.all()
    assert rows.count() >= 10
    for row in rows:
        assert in_full(row.article).startswith(f"điểm {row.code} Điều ")
        assert document_of(row.article).startswith("Nghị định số ")


def test_the_form_follows_the_day(db):
    Parameter.objects.create(
        code="form.test", value=1, unit="times", valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 1),
        article="TT 02/2020/TT-BLĐTBXH Đ.4",
    )  # fmt: skip
    Parameter.objects.create(
        code="form.test", value=1, unit="times", valid_from=date(2026, 1, 1), article="TT 99/2026/TT-BYT Đ.5"
    )
    assert form_basis("form.test", date(2025, 12, 31)) == "Điều 4 Thông tư số 02/2020/TT-BLĐTBXH"
    assert form_basis("form.test", date(2026, 1, 1)) == "Điều 5 Thông tư số 99/2026/TT-BYT"
    assert form_basis("form.test", date(2019, 1, 1)) == ""
