"""What every installation shares. Anything that differs comes from the environment through portal.settings.env."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings import env
from portal.settings.apps import INSTALLED_APPS as INSTALLED_APPS

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.text("PORTAL_DATA_DIR", str(BASE_DIR / "var")))

DEBUG = False
DEMO_MODE = False  # demo logins and the demo company exist only where this is switched on
ORGANISATION_NAME = env.text("PORTAL_ORGANISATION", "聯禾集團")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.lib.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "policies.lane.ReadingLane",
    "portal.lib.middleware.LanguageMiddleware",
    "home.faults.FormsOnlyMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.org.middleware.ReaderMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.lib.middleware.ScriptMiddleware",
]

MESSAGE_STORAGE = "portal.lib.messages.LateStorage"

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "home.context_processors.chrome",
            ],
            "libraries": {"portal": "portal.lib.template_tags"},
            "builtins": ["portal.lib.template_tags", "django.templatetags.i18n"],
        },
    }
]

# ---- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(DATA_DIR / "portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL", "")
CACHES = {
    "default": (
        {"BACKEND": "portal.lib.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "portal"}
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "home.faults.form_too_old"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# Private attachments never lie under MEDIA_ROOT: no web server may serve them by their address.
PRIVATE_ROOT = DATA_DIR / "private"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
RECEIPT_DAYS = 14  # for confirming a regulation, from its effective day or from joining its audience
FIGURES_KEPT_FROM: float | None = 0.25  # seconds; figures that took longer to count are kept (portal.jobs.figures)
# Codes of the posts that owe an observation card each day as managers do (clause 5.4.1: the senior drillers).
DAILY_CARD_POSTS = env.words("PORTAL_DAILY_CARD_POSTS", "senior_driller")
# Of one address in ten minutes, without an account.
SUBMISSIONS_PER_ADDRESS = env.number("PORTAL_SUBMISSIONS_PER_ADDRESS", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "forms.intake.upload_handlers.CappedUploadHandler",
    "portal.lib.short_forms.ShortForms",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# ---- language, time -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("Traditional Chinese")), ("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# The second is made at setup: what the libraries lack in Traditional Chinese.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_libraries"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# ---- sign-in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "org.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.org.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
# axes counts failed sign-ins and codes, in the database; the other limit is for one password tried on many names, and
# lets an office behind one address sign in at the start of a shift.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "120/m/ip"}
SOCIALACCOUNT_ADAPTER = "portal.org.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an unverified address of a provider must never open somebody's account
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict = {}
if env.text("OIDC_SERVER_URL", ""):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "single-sign-on",
                    "name": env.text("OIDC_NAME", "Single sign-on"),
                    "client_id": env.text("OIDC_CLIENT_ID"),
                    "secret": env.text("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": env.text("OIDC_SERVER_URL")},
                }
            ]
        }
    }
MFA_ADAPTER = "portal.org.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = ORGANISATION_NAME
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {"authenticate": "portal.org.forms.CodeForm", "reauthenticate": "portal.org.forms.CodeAgainForm"}
TRUSTED_PROXIES = env.words("PORTAL_TRUSTED_PROXIES")  # addresses whose X-Forwarded-For is believed
AXES_FAILURE_LIMIT = 8
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # 15 minutes are 15 minutes, also for who keeps trying
AXES_USERNAME_CALLABLE = "portal.org.sign_in.counted_name"
AXES_CLIENT_IP_CALLABLE = "portal.org.sign_in.counted_address"
AXES_LOCKOUT_CALLABLE = "portal.org.views.locked_out"
AXES_VERBOSE = False

# ---- Wagtail --------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = ORGANISATION_NAME
WAGTAILADMIN_BASE_URL = env.text("PORTAL_BASE_URL", "http://127.0.0.1:8000")
WAGTAIL_PASSWORD_RESET_ENABLED = False  # allauth does that, and asks for the second step
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_I18N_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False  # approval by a second person is the verbs' work, not a setting of pages
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hant", "繁體中文"), ("zh-hans", "简体中文"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list = []

# ---- search --------------------------------------------------------------------------------------------------------
SEARCH_URL = env.text("SEARCH_URL", "")  # empty: in the database itself

# ---- work in the background -----------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
JOB_LEASE_SECONDS = env.number("PORTAL_JOB_LEASE_SECONDS", 30)
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@example.org")
EMAIL_TIMEOUT = 10
# Only where gateways for SMS and messengers stand in the own network: http and private addresses are then allowed.
GATEWAYS_MAY_BE_PRIVATE = env.flag("PORTAL_GATEWAYS_MAY_BE_PRIVATE")
GATEWAY_SECONDS = 5  # for one message, from the name to the answer
# Where customers' mails come in: maildir:/path or imaps://user:password@host/INBOX; empty: nowhere.
MAIL_INTAKE = env.text("PORTAL_MAIL_INTAKE", "")
MAIL_OWN_ADDRESSES = env.words("PORTAL_MAIL_OWN_ADDRESSES")  # beside DEFAULT_FROM_EMAIL: never answered
MAIL_MOST_BYTES = env.number("PORTAL_MAIL_MOST_BYTES", 25 * 1024 * 1024)

# ---- secrets --------------------------------------------------------------------------------------------------------
# Keys apart, so that one can be turned without the others: sessions, row encryption (first key writes, all read),
# blind indexes and tracking codes.
FIELD_KEYS: list[str] = env.words("PORTAL_FIELD_KEYS")
INDEX_KEY = env.text("PORTAL_INDEX_KEY", "")

# ---- what a browser may load ----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Wagtail's admin writes inline scripts and styles: a policy of its own for its path.
ADMIN_CONTENT_POLICY = {
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "frame-ancestors": [SELF],
    "frame-src": [SELF],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["account.W001"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # These tell of every step they take.
    "loggers": {
        **{
            name: {"level": "WARNING"}
            for name in ("django_tasks", "django_tasks_db", "pikepdf", "wagtail", "weasyprint", "fontTools")
        },
        "weasyprint.progress": {"propagate": False},
    },
}
