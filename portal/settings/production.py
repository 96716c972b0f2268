"""One server or several: everything secret or local comes from the environment, and its absence stops the start."""

from __future__ import annotations

from portal.settings import env
from portal.settings.base import *  # noqa: F403

SECRET_KEY = env.text("PORTAL_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("PORTAL_SECRET_KEY_FALLBACKS")
FIELD_KEYS = env.text("PORTAL_FIELD_KEYS").split(",")
INDEX_KEY = env.text("PORTAL_INDEX_KEY")
ALLOWED_HOSTS = env.text("PORTAL_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_TRUSTED_ORIGINS")
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("PORTAL_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.number("PORTAL_HSTS_SECONDS", 3600)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
