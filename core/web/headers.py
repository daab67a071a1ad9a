"""What every answer says, whoever gives it: pages, files, refusals of the first middleware, static files.

What a view or a library has said already stays (a paper for download has a stricter policy of its own).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing here films, listens, locates or pays. Sign-in by key (publickey-credentials-get) is left as browsers have it.
UNUSED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Resource-Policy": "same-origin",
    # For what passes no policy of its own: a static file opened by itself, a refused host.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class HeadersMiddleware:
    """The outermost, so that no answer passes it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
