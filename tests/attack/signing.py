"""Signing in as a person would: the password, the codes of an app whose clock the test turns."""

from types import SimpleNamespace
from typing import Any

from allauth.mfa.totp.internal import auth
from django.test import Client

PASSWORD = "mật khẩu đủ dài 1"
LOGIN, SECOND, AGAIN = "/dang-nhap/", "/dang-nhap/buoc-hai/", "/tai-khoan/hai-buoc/xac-nhan-lai/"
TURN_ON = "/tai-khoan/hai-buoc/bat/"


def give_password(user: Any) -> None:
    user.set_password(PASSWORD)
    user.save()


def try_password(name: str, password: str = PASSWORD, address: str = "10.0.0.1", client: Client | None = None) -> Any:
    asked = client or Client()
    return asked.post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def let_in(response: Any) -> bool:
    return response.status_code == 302


def refused_as_too_many(response: Any) -> bool:
    return "quá nhiều lần" in response.content.decode()


class Phone:
    """An authenticator app. `later()` moves its clock and the server's, so that the next code is a new one."""

    def __init__(self, monkeypatch: Any):
        self.now, self.secret = 1_800_000_000.0, ""
        monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: self.now))

    def later(self, seconds: float = 60) -> None:
        self.now += seconds

    def code(self) -> str:
        return auth.format_hotp_value(auth.hotp_value(self.secret, int(self.now) // 30))

    def set_up(self, client: Client) -> Any:
        """Through the pages: confirm the password, scan, type the code."""
        client.post("/dang-nhap/xac-nhan-lai/", {"password": PASSWORD, "next": TURN_ON})
        self.secret = client.get(TURN_ON).context["form"].secret
        return client.post(TURN_ON, {"code": self.code()})
