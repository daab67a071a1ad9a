import random
import unicodedata

import pytest
from django.utils import timezone

from core.catalogue.models import ReferenceFile
from core.folding import clean, fold, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Ánh Tuyết", "nguyen thi anh tuyet"),
        ("ĐẶNG Văn Đức", "dang van duc"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("  Phường   Trấn\tBiên ", "phuong tran bien"),
        ("K'Brôi", "k broi"),
        ("P.Tân Phú, số 12/3", "p tan phu so 12 3"),
        ("Ưu ư Ơ ơ", "uu u o o"),
        ("…", ""),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(unicodedata.normalize("NFC", text)) == folded


def test_clean_composes_and_keeps_the_writing():
    assert clean(unicodedata.normalize("NFD", " Điểu   K'Ré\n")) == "Điểu K'Ré"
    assert clean("hoà") == "hoà"


# As a Vietnamese list stands: by given name, then middle names, then family name; tones: ngang huyền hỏi ngã sắc nặng.
IN_ORDER = [
    "Nguyễn Thị Hoài An",
    "Nguyễn Văn An",
    "Trần Văn An",
    "Nguyễn Án",
    "Nguyễn Anh",
    "Lê Thị Ánh",
    "Phạm Ăn",
    "Phạm Ân",
    "Vũ Bình",
    "Vũ Dung",
    "Vũ Dũng",
    "Vũ Đông",
    "Vũ Hà",
    "Vũ Hải",
    "Vũ Hoa",
    "Vũ Hòa",
    "Vũ Oanh",
    "Vũ Ổi",
    "Vũ Ơn",
    "Vũ Uyên",
    "Vũ Ước",
    "Vũ Yến",
]


def test_sort_key_orders_as_a_vietnamese_list():
    names = IN_ORDER.copy()
    random.Random(1).shuffle(names)
    assert sorted(names, key=sort_key) == IN_ORDER
    assert len({sort_key(name) for name in names}) == len(names)


def test_sort_key_is_plain_and_does_not_know_spelling_variants():
    assert sort_key("Vũ Hòa") == sort_key("vũ  HOÀ") == sort_key(unicodedata.normalize("NFD", "Vũ Hoà"))
    assert sort_key("Nguyễn Văn An").isascii()
    assert sort_key("Nguyễn Văn An").isalnum()
    assert sort_key("Điểu K'Ré 2").isalnum()
    assert sort_key(" ") == ""


@pytest.mark.django_db
def test_the_database_orders_by_it_as_python_does():
    now = timezone.now()
    names = IN_ORDER.copy()
    random.Random(2).shuffle(names)
    rows = [ReferenceFile(name=name, sha256=sort_key(name), loaded_at=now) for name in names]
    ReferenceFile.objects.bulk_create(rows)
    found = ReferenceFile.objects.filter(name__in=names).order_by("sha256").values_list("name", flat=True)
    assert list(found) == IN_ORDER
