"""`manage.py demo_users`: who can sign in to the demo, as what, with which password."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.demo.places import PASSWORD
from core.accounts.models import RoleAssignment


class Command(BaseCommand):
    help = "In tên đăng nhập, vai trò và mật khẩu của người dùng mẫu."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DH_DEMO:
            raise CommandError(_("Người dùng mẫu chỉ có ở chế độ dùng thử (DH_DEMO)."))
        rows = RoleAssignment.objects.filter(RoleAssignment.current(timezone.localdate()), user__is_active=True)
        lines = [
            (row.user.username, str(row.get_role_display()), row.user.full_name, row.unit.name)
            for row in rows.select_related("user", "unit").order_by("role", "user__username")
        ]
        if not lines:
            self.stdout.write(_("Chưa có người dùng mẫu: chạy demo_data trước."))
            return
        wide = [max(len(line[at]) for line in lines) for at in range(3)]
        self.stdout.write(_("Mật khẩu chung / one password for all: %(password)s") % {"password": PASSWORD})
        for name, role, full_name, unit in lines:
            self.stdout.write(f"  {name:<{wide[0]}}  {role:<{wide[1]}}  {full_name:<{wide[2]}}  {unit}")
