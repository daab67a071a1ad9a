"""The door of the web server. Without DJANGO_SETTINGS_MODULE it is production, which refuses what is unsafe."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.production")

application = get_wsgi_application()
