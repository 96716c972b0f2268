"""`make run`: the demo company on this machine. Keys are made once and kept beside the database."""

from __future__ import annotations

import secrets

from cryptography.fernet import Fernet

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATA_DIR

DEBUG = env.flag("PORTAL_DEBUG", False)
DEMO_MODE = env.flag("PORTAL_DEMO", True)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver", *env.words("PORTAL_HOSTS")]
INSTALLED_APPS = ["portal.demo", *INSTALLED_APPS] if DEMO_MODE else INSTALLED_APPS


def _kept(name: str, make) -> str:
    """The secret in DATA_DIR/keys/name, made at the first start."""
    path = DATA_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make(), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _kept("secret-key", lambda: secrets.token_urlsafe(50))
FIELD_KEYS = [_kept("field-key", lambda: Fernet.generate_key().decode("ascii"))]
INDEX_KEY = _kept("index-key", lambda: secrets.token_urlsafe(32))
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "mail"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_USE_FINDERS = True
SUBMISSIONS_PER_ADDRESS = env.number("PORTAL_SUBMISSIONS_PER_ADDRESS", 5000)  # scripts try the demo from one address
