"""The tests: SQLite as in production or the database of DATABASE_URL; quick password hashes; mail kept in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, STORAGES

DEMO_MODE = True
# Tests read source strings, whether or not the catalogues are compiled; tests/test_translations.py and the journeys
# ask for Chinese as a browser does.
LANGUAGE_CODE = "en"
INSTALLED_APPS = ["portal.demo", *INSTALLED_APPS]
SECRET_KEY = "a key for tests only, of the length that signing wants to see 0123456789"
FIELD_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
INDEX_KEY = "an index key for tests only"
ALLOWED_HOSTS = ["*"]
DATA_DIR = Path(env.text("PORTAL_TEST_DIR", "") or tempfile.mkdtemp(prefix="portal-test-"))
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    **STORAGES,
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"handlers": [], "level": "WARNING"}}

FIGURES_KEPT_FROM = None  # a slow machine shows no old figures to a test
