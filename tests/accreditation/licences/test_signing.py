"""The signature: ours alone, over every letter, verified with the public key and nothing else."""

import base64
import io
import json
import subprocess
import sys
from datetime import date
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accreditation import signing

DAY = date(2026, 11, 2)


def licence(**columns):
    values = {
        "number": "1/2026/GPHĐ-SYT", "code": "BCDFGHJKMNPQRSTV", "facility_name": "Mái ấm Hoa Mai", "kind": "licence",
        "capacity": 25, "issued_on": DAY, "starts_on": DAY, "ends_on": None, "issuer": "Sở Y tế", "state": "active",
    }  # fmt: skip
    return SimpleNamespace(**{**values, **columns})


def test_what_is_signed_is_read_back():
    found = signing.verify(signing.sign(licence(), groups=["k6", "e1"], on=DAY))
    assert (found.number, found.facility, found.groups, found.ends_on) == (
        "1/2026/GPHĐ-SYT", "Mái ấm Hoa Mai", ("e1", "k6"), None,
    )  # fmt: skip
    assert (found.state, found.signed_on, found.capacity) == ("active", DAY, 25)


@given(st.data())
def test_no_letter_of_it_may_change(data):
    text = signing.sign(licence(), groups=["k6"], on=DAY)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda char: char != text[place] and not char.isspace()))
    with pytest.raises(signing.BadSignature):
        signing.verify(text[:place] + other + text[place + 1 :])


@given(st.text(max_size=200))
def test_nonsense_is_refused_and_nothing_else(text):
    with pytest.raises(signing.BadSignature):
        signing.verify(text)


@given(st.binary(max_size=120))
def test_a_sound_signature_over_something_else_is_refused(data):
    key = signing._private_key()
    encoded = base64.urlsafe_b64encode(data).decode().rstrip("=")
    signed = base64.urlsafe_b64encode(key.sign(b"DH1." + data)).decode().rstrip("=")
    with pytest.raises(signing.BadSignature):
        signing.verify(f"DH1.{encoded}.{signed}")


def test_a_paper_of_another_version_is_not_read():
    """What we signed ourselves, in a form that this version does not know."""
    payload = json.dumps({"v": 2, "n": "1", "d": ["2026-11-02", "2026-11-02", None]}).encode()
    signed = signing._private_key().sign(b"DH1." + payload)
    text = ".".join(["DH1", *(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (payload, signed))])
    with pytest.raises(signing.BadSignature, match="Chữ ký không đúng"):
        signing.verify(text)


def test_another_key_is_refused(settings):
    text = signing.sign(licence(), groups=["k6"])
    ours = signing.public_key()
    settings.DH_LICENCE_KEY = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    with pytest.raises(signing.BadSignature):
        signing.verify(text)
    assert signing.verify(text, ours).number == "1/2026/GPHĐ-SYT"


@pytest.mark.parametrize("key", ["", "abc", base64.b64encode(b"x" * 31).decode()])
def test_without_a_key_nothing_is_signed(settings, key):
    settings.DH_LICENCE_KEY = key
    with pytest.raises(ImproperlyConfigured):
        signing.sign(licence(), groups=[])


def test_it_is_verified_away_from_us(tmp_path):
    """On another machine: no database, no key of ours, only the public one."""
    text, key = signing.sign(licence(), groups=["k6"]), signing.public_key()
    script = tmp_path / "away.py"
    script.write_text(
        "import sys, base64, json\n"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as K\n"
        "mark, data, signature = sys.argv[1].split('.')\n"
        "plain = lambda t: base64.urlsafe_b64decode(t + '=' * (-len(t) % 4))\n"
        "K.from_public_bytes(base64.b64decode(sys.argv[2])).verify(plain(signature), b'DH1.' + plain(data))\n"
        "print(json.loads(plain(data))['n'])\n"
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), text, key], capture_output=True, text=True, check=True, env={"PYTHONUTF8": "1"}
    )
    assert done.stdout.strip() == "1/2026/GPHĐ-SYT"


def test_the_command(capsys):
    text = signing.sign(licence(), groups=["k6"])
    out = io.StringIO()
    call_command("verify_licence", text, "--key", signing.public_key(), stdout=out)
    assert "1/2026/GPHĐ-SYT" in out.getvalue()
    call_command("verify_licence", signing.check_url("https://x.vn", text), stdout=out)
    with pytest.raises(CommandError):
        call_command("verify_licence", text[:-2] + "AA", "--key", signing.public_key())
    with pytest.raises(CommandError):
        call_command("verify_licence", text, "--key", "không phải khóa")


def test_the_qr_code_holds_the_address(tmp_path):
    text = signing.sign(licence(facility_name="Trung tâm " + "Dưỡng lão " * 15), groups=["k1", "k2", "k6"])
    svg = signing.qr_svg(signing.check_url("https://dong-hanh.example.gov.vn", text))
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert "style=" not in svg


@pytest.mark.django_db
def test_a_licence_is_signed_when_it_is_issued(desk):
    row = desk.granted()
    assert len(row.signature) == 86
    text = signing.sign(row, state="issued", on=row.issued_on)
    assert signing.signature_of(text) == row.signature
    assert signing.verify(text).code == row.code
