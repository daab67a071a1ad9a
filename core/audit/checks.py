"""`manage.py check --deploy`: the head of the chain must leave this machine."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def head_leaves_the_machine(**_kwargs: Any) -> list[Warning]:
    """A file beside the data is lost or rewritten with them; a command, or a file elsewhere, is not."""
    file = settings.DH_AUDIT_HEAD_FILE
    beside = bool(file) and Path(file).resolve().is_relative_to(Path(settings.VAR_DIR).resolve())
    if settings.DH_AUDIT_HEAD_COMMAND or (file and not beside):
        return []
    return [
        Warning(
            "Đầu chuỗi nhật ký chỉ nằm cạnh dữ liệu: ai có toàn quyền trên máy này cắt được đuôi nhật ký mà không lộ.",
            hint="Đặt DH_AUDIT_HEAD_COMMAND để gửi sang máy khác, hoặc DH_AUDIT_HEAD_FILE ở ổ của máy khác.",
            id="audit.W001",
        )
    ]
