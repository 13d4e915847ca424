"""Settings of a project that has no database and no sessions."""

import os

# It signs nothing here.
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "a key for a developer's machine alone")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "financehub.urls"
ASGI_APPLICATION = "financehub.asgi.application"
INSTALLED_APPS = ["channels"]
USE_TZ = True

# Decisions of the policy as JSON lines, and what its middleware has to say.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"wspolicy": {"handlers": ["stderr"], "level": "INFO", "propagate": False}},
}
