"""Vietnamese unless the person switched: the browser's own language says little on a shared office machine."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Activates the language of the switch's cookie, else `LANGUAGE_CODE`; `Accept-Language` is not looked at."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        # A page that names its language itself is the same for everybody and kept by caches between.
        if "Content-Language" not in response.headers:
            patch_vary_headers(response, ["Cookie"])
            response.headers["Content-Language"] = language
        return response
