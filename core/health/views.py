"""Two JSON answers for machines: `{"status": "ok"}` and, for readiness, one code per check."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from . import checks


def answer(content: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process can answer at all; asks nothing of the database, so a slow one does not restart it."""
    return answer({"status": "ok"}, 200)


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check holds, else 503: `{"status": "failed", "checks": {"worker": "silent", "disk": "ok", …}}`."""
    results = checks.run_all()
    failed = any(results.values())
    said = {name: code or "ok" for name, code in results.items()}
    return answer({"status": "failed" if failed else "ok", "checks": said}, 503 if failed else 200)
