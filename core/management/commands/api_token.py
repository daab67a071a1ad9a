"""`manage.py api_token USER`: make a token and print its secret once; `--revoke PREFIX` ends one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.api import tokens
from core.api.models import ApiToken
from core.errors import Invalid


class Command(BaseCommand):
    help = "Cấp mã truy cập API cho một người dùng; mã chỉ hiện một lần."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="Tên đăng nhập.")
        parser.add_argument("--scopes", default="read,write", help="read, write hoặc read,write (mặc định).")
        parser.add_argument("--days", type=int, default=90, help="Số ngày hiệu lực, mặc định 90.")
        parser.add_argument("--name", default="", help="Mã này để làm gì.")
        parser.add_argument("--revoke", metavar="PREFIX", default="", help="Thu hồi mã bắt đầu bằng PREFIX.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(_("Không có người dùng “%(name)s”.") % {"name": options["user"]})
        if options["revoke"]:
            self._revoke(user, options["revoke"])
            return
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            token, secret = tokens.issue(user, options["name"], scopes, options["days"])
        except Invalid as error:
            raise CommandError(" ".join(sentence for lines in error.errors.values() for sentence in lines)) from error
        until = timezone.localtime(token.expires_at)
        # The secret alone goes to standard output, so that a script can keep it.
        self.stderr.write(_("Mã truy cập của %(name)s, dùng đến %(until)s. Mã chỉ hiện một lần, hãy cất ngay:") % {
            "name": user.username, "until": f"{until:%H:%M %d/%m/%Y}",
        })  # fmt: skip
        self.stdout.write(secret)

    def _revoke(self, user: User, prefix: str) -> None:
        found = list(ApiToken.objects.filter(user=user, prefix=prefix[: tokens.PREFIX], revoked_at__isnull=True))
        if len(prefix) < tokens.PREFIX or not found:
            raise CommandError(
                _("Không có mã nào đang dùng bắt đầu bằng “%(prefix)s” (cần đủ 8 ký tự).") % {"prefix": prefix}
            )
        for token in found:
            tokens.revoke(token)
        self.stdout.write(_("Đã thu hồi."))
