"""Licence check: genuine or not, what it is worth today, and how often one may ask."""

import base64
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils import timezone

from accreditation import signing
from accreditation.web import public_pages

CHECK = "/cong-khai/giay-phep/"
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def nothing_kept():
    public_pages.forget()


def asked(client, status=200, **query):
    response = client.get(CHECK, query)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    return response.content.decode()


@pytest.mark.parametrize(
    "typed", ["01/GP-SYT", " 01/gp-syt ", "01 / GP - SYT", "MA0000000001", "ma0000000001", "MA00 0000 0001"]
)
def test_by_number_or_code_however_typed(client, home, licensed, typed):
    licensed(home)
    shown = asked(client, so=typed)
    assert "Mái ấm Hoa Mai" in shown
    assert "Đang hiệu lực" in shown
    assert "Dùng được lúc" in shown
    assert "chưa nói tờ giấy đang cầm là thật" in shown


def test_unknown_numbers_are_answered_alike(client, home, licensed, applied):
    licensed(home)
    application = applied(home)
    texts = ["02/GP-SYT", application.number, "x' OR 1=1 --", "%", "_" * 10, "\x00", "Đ" * 300, "HM", str(home.pk)]
    answers = set()
    for text in texts:
        shown = asked(client, 404, so=text)
        echo = shown.partition("“")[2].partition("”")[0]
        # What was typed comes back, nothing else differs.
        answers.add(shown.replace(f"“{echo}”", "").replace(f'value="{echo}"', ""))
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("state", "columns", "word", "works"),
    [
        ("active", {}, "Đang hiệu lực", True),
        ("issued", {"starts_on": date(2030, 1, 1)}, "Chưa đến ngày hiệu lực", False),
        ("restricted", {"limit_capacity": 5}, "Chỉ còn được nhận nhiều nhất 5 người", True),
        ("restricted", {"limit_groups": ["k1"]}, "Chỉ còn được nhận:", True),
        ("suspended", {}, "Bị tạm đình chỉ", False),
        ("revoked", {}, "Đã bị thu hồi", False),
        ("surrendered", {}, "Đã trả lại", False),
        ("superseded", {}, "Đã thay bằng giấy phép khác", False),
        ("active", {"ends_on": date(2026, 4, 1)}, "Đã hết thời hạn", False),
    ],
)
def test_the_state_of_today(client, home, licensed, state, columns, word, works):
    licensed(home, state, **columns)
    shown = asked(client, so="01/GP-SYT")
    assert word in shown
    assert ("Dùng được lúc" in shown) is works
    assert ("Không dùng được để hoạt động lúc" in shown) is not works
    assert "Lý do thu hẹp không được công bố" not in shown


def test_the_one_that_replaced_it_is_named(client, home, licensed):
    old = licensed(home, "superseded")
    licensed(home, "active", predecessor=old)
    assert "?so=02%2FGP-SYT" in asked(client, so=old.number)


def test_a_genuine_paper(client, home, licensed):
    shown = asked(client, ky=signing.sign(licensed(home)))
    assert "Giấy thật: chữ ký số đúng" in shown
    assert "Sổ nay khác tờ giấy" not in shown
    assert "Dùng được lúc" in shown


def test_a_genuine_paper_of_a_suspended_licence(client, home, licensed):
    licence = licensed(home, "active")
    text = signing.sign(licence)
    type(licence).objects.filter(pk=licence.pk).update(state="suspended", mend_by=TODAY() + timedelta(days=60))
    shown = asked(client, ky=text)
    assert "Giấy thật" in shown
    assert "Bị tạm đình chỉ" in shown
    assert "Không dùng được để hoạt động" in shown


def test_what_was_changed_since_stands_beside_the_paper(client, home, licensed):
    licence = licensed(home)
    text = signing.sign(licence)
    licence.capacity = 12
    licence.save()
    shown = asked(client, ky=text)
    assert "Sổ nay khác tờ giấy" in shown
    assert "<td>20 người</td><td>12 người</td>" in shown


def test_a_forged_or_changed_paper_tells_nothing(client, home, licensed, monkeypatch):
    licence = licensed(home)
    text = signing.sign(licence)
    mark, payload, signature = text.split(".")
    other = Ed25519PrivateKey.generate()
    data = base64.urlsafe_b64decode(payload + "==")
    forged = base64.urlsafe_b64encode(other.sign(b"DH1." + data)).decode().rstrip("=")
    broken = [
        f"{mark}.{payload}.{forged}", f"{mark}.{payload[:-2]}AA.{signature}", f"{mark}.{payload}", "x", "DH1..",
        f"{mark}.{payload}.{signature[:-1]}", "\x00", "🐟" * 50, text * 40,
    ]  # fmt: skip
    answers = {asked(client, 404, ky=one) for one in broken}
    assert len(answers) == 1
    shown = answers.pop()
    assert "Chữ ký không đúng" in shown
    assert licence.number not in shown
    assert "Hoa Mai" not in shown


def test_signed_but_not_in_the_register(client, home, licensed):
    licence = licensed(home)
    text = signing.sign(licence)
    licence.code = "KHAC00000001"
    licence.save()
    shown = asked(client, ky=text)
    assert "Chữ ký đúng nhưng sổ không còn giấy phép này" in shown
    assert "Dùng được lúc" not in shown


def test_the_published_key_verifies_without_us(client, home, licensed):
    shown = client.get(f"{CHECK}khoa/").content.decode()
    key = shown.partition("<pre")[2].partition(">")[2].partition("<")[0]
    _mark, payload, signature = signing.sign(licensed(home)).split(".")
    raw = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (payload, signature)]
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(raw[1], b"DH1." + raw[0])
    assert "BEGIN PUBLIC KEY" in shown
    assert "PRIVATE" not in shown


def test_whoever_combs_the_register_is_slowed(client, home, licensed):
    licensed(home)
    limit = public_pages.LOOKUPS
    statuses = [client.get(CHECK, {"so": f"{number}/GP"}).status_code for number in range(limit)]
    assert set(statuses) == {404}
    answer = client.get(CHECK, {"so": "01/GP-SYT"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= public_pages.PER_SECONDS
    assert "Hoa Mai" not in answer.content.decode()
    # Others, and pages that ask nothing, go on.
    assert client.get(CHECK, {"so": "01/GP-SYT"}, REMOTE_ADDR="10.9.8.7").status_code == 200
    assert client.get(CHECK).status_code == 200


def test_one_network_of_ipv6_is_one_visitor(client, db):
    for number in range(public_pages.LOOKUPS):
        client.get(CHECK, {"so": "x"}, REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")
    assert client.get(CHECK, {"so": "x"}, REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert client.get(CHECK, {"so": "x"}, REMOTE_ADDR="2001:db8:1:3::1").status_code == 404
