"""The wiring: apps by floor, channels, followers; what differs between houses comes from `environment`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from guichet import environment
from guichet.kit import crypto, pg

BASE = Path(__file__).parent
DATA = environment.DATA
HTTP, LMTP, SMTP = environment.HTTP, environment.LMTP, environment.SMTP
URL = environment.URL
OUTGOING = environment.OUTGOING
UNDO_SECONDS = environment.UNDO_SECONDS
METRICS_TOKEN = environment.METRICS_TOKEN
DEBUG = environment.DEBUG
SECRET_KEY = crypto.secret_key(DATA).hex()
ALLOWED_HOSTS = [urlsplit(URL).hostname or "localhost", "127.0.0.1", "localhost", "[::1]", *environment.HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "guichet.kit",
    "guichet.people",
    "guichet.tickets",
    "guichet.channels",
    "guichet.notices",
    "guichet.accounts",
    "guichet.rules",
    "guichet.clocks",
    "guichet.desk",
]

# Ordered, like MIDDLEWARE: how words come in and go out, and what follows from events.
CHANNELS = ["guichet.channels.email.channel.Email"]
FOLLOWERS = ["guichet.clocks.follow", "guichet.channels.follow", "guichet.notices.follow", "guichet.rules.follow"]
# Who counts working time where another room asks for it (tickets.worktime).
WORKING_TIME = "guichet.clocks.worktime.passed"
# What rooms add to `guichet check`.
CHECKS = ["guichet.channels.check.lines", "guichet.tickets.search.check.lines", "guichet.tickets.check.lines"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guichet.kit.compress.CompressMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guichet.accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "guichet.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "kit" / "templates"],  # before allauth's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guichet.accounts.menu.settings_menu",
                "guichet.desk.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "guichet.kit.forms.Renderer"

DATABASES = {"default": pg.database_settings(DATA, environment.DATABASE_URL)}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "guichet.people.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "guichet.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Signing in fails five times in five minutes for one address from one network (accounts.adapter says why both).
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key", "reset_password": "20/m/ip,3/5m/key"}
ACCOUNT_FORMS = {
    "login": "guichet.accounts.forms.SignInForm",
    "reset_password": "guichet.accounts.forms.AskResetForm",
    "reset_password_from_key": "guichet.accounts.forms.ResetForm",
    "change_password": "guichet.accounts.forms.ChangeForm",
    "set_password": "guichet.accounts.forms.SetForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3600

IS_HTTPS = URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Languages: every word of the screens is in these three; dates follow the reader.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# The build's digest is part of the address, so that everything below it may be kept for ever.
BUILD = BASE / "static" / "guichet" / "build.txt"
STATIC_URL = f"/static/{BUILD.read_text().strip() if BUILD.exists() else 'unbuilt'}/"
STATICFILES_DIRS = [BASE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # files are blobs (kit.files)
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# The house's own mail: invitations, password resets.
EMAIL_BACKEND = "guichet.channels.email.sending.house.HouseBackend"
DEFAULT_FROM_EMAIL = f"guichet@{urlsplit(URL).hostname or 'localhost'}"

LOGGING_CONFIG = None  # `cli` sets up logging, before Django
APP_NAME = _("Help desk")
