"""Django's settings of a node, all derived from the node's folder."""

import os
from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from comity.files.languages import use, with_pages
from comity.forensics.confinement import allow_unconfined
from comity.node.core.clock import follow
from comity.node.core.config import VARIABLE, NodeConfig, load_config
from comity.node.core.host_names import served_names
from comity.node.core.postgresql.place import register_in
from comity.node.core.session_secret import site_secret

_HERE = Path(__file__).resolve().parent.parent
_FOLDER = os.environ.get(VARIABLE, "")
# Tools that only need the models (migrations, type checks) run without a node.
CONFIG: NodeConfig | None = load_config(Path(_FOLDER)) if _FOLDER else None
if CONFIG:
    follow(CONFIG.clock_file, mode=CONFIG.mode)
    allow_unconfined(CONFIG.unconfined_readers)

DEBUG = False
SECRET_KEY = site_secret(CONFIG)
ALLOWED_HOSTS = served_names(CONFIG)
ROOT_URLCONF = "comity.node.site.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "comity.node.site.apps.NodeApp",
]
MIDDLEWARE = [
    "comity.node.people.signin.trusted_proxies.trusted_proxy",
    "comity.node.web.security_headers.fixed",
    "comity.node.web.problems.for_programs",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "comity.node.web.compression.CompressedPages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "comity.node.site.server.partner_requests.without_session",
    "comity.node.exercise.pages.room.glance",
    "comity.node.web.upload_answers.told",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comity.node.people.signin.middleware.session_limits",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "comity.node.web.idempotency.answered",
]
SECURE_HSTS_SECONDS = 31_536_000  # a year (RFC 6797); told over TLS alone, of this name alone
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
TEMPLATE_FOLDERS = [
    "accounts/pages/templates",
    "assistance/pages/templates",
    "authorities/pages/templates",
    "case_file/pages/templates",
    "compose/pages/templates",
    "court/pages/templates",
    "docket/pages/templates",
    "duty/pages/templates",
    "evidence/pages/templates",
    "exercise/pages/templates",
    "health/pages/templates",
    "integrations/pages/templates",
    "law/pages/templates",
    "mail/pages/templates",
    "my_work/pages/templates",
    "operations/pages/templates",
    "operations/setup_wizard/templates",
    "privacy_desk/pages/templates",
    "search/pages/templates",
    "signin/pages/templates",
    "statistics/pages/templates",
    "watch/pages/templates",
    "web/templates",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / folder for folder in TEMPLATE_FOLDERS],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comity.node.operations.page_header.header",
            ]
        },
    }
]
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": CONFIG.database_file if CONFIG else ":memory:",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a receipt is given after the commit, so the commit must survive power loss.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
        # What is erased is overwritten, so that no file of the node holds it (privacy.traces).
        "PRAGMA secure_delete=ON;",
    },
    "CONN_MAX_AGE": None,
}
DATABASES = {"default": register_in(CONFIG) if CONFIG and CONFIG.database else _SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username",)},
    },
    {"NAME": "comity.node.people.signin.password_rules.SimplePatternValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"
ACCOUNT_ADAPTER = "comity.node.people.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_TIMEOUT = 600  # between password and second factor
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "comity.node.people.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that a passkey alone is two factors
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
SESSION_ENGINE = "comity.node.models.people"
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # a provider leads back by a link
CSRF_COOKIE_HTTPONLY = True
_OVER_TLS = bool(CONFIG and (CONFIG.tls or CONFIG.proxies))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _OVER_TLS
# A browser takes a cookie of this prefix over HTTPS only, from this very host, for all paths.
_PREFIX = "__Host-" if _OVER_TLS else ""
# Cookies of nodes that share a host must not meet: ports do not separate cookies (RFC 6265 8.5).
_SUFFIX = f"-{CONFIG.port}" if CONFIG else ""
SESSION_COOKIE_NAME = f"{_PREFIX}comity-session{_SUFFIX}"
CSRF_COOKIE_NAME = f"{_PREFIX}comity-csrf{_SUFFIX}"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000  # 500 identifiers of three fields, and the rest of a form
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "comity.node.evidence.upload_handlers.BoundedForm",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
if CONFIG and CONFIG.languages_folder:
    use(CONFIG.languages_folder)
_OWN = with_pages()
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
    ("vi", _("Vietnamese")),
    *((lang, language.name) for lang, (language, _folder) in _OWN.items()),
]
LANGUAGE_NAMES = {
    "ar": "العربيّة",
    "zh-hans": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
    "vi": "Tiếng Việt",
} | {lang: language.name for lang, (language, _folder) in _OWN.items()}
LANGUAGES_BIDI = ["ar", *(lang for lang, (own, _folder) in _OWN.items() if own.direction == "rtl")]
LOCALE_PATHS = [_HERE / "locale", *sorted({folder for _language, folder in _OWN.values()})]
STATIC_URL = "static/"
STATIC_ROOT = _HERE / "static"  # served as it lies in the package
STORAGES = {"staticfiles": {"BACKEND": "comity.node.web.compression.VersionedFiles"}}
WHITENOISE_MAX_AGE = 31_536_000  # a year in seconds: an address changes with its file
CSRF_FAILURE_VIEW = "comity.node.signin.pages.expired_forms.expired_form"
WHITENOISE_ROOT = None
WHITENOISE_USE_FINDERS = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"refused": {"()": "comity.node.site.log_levels.OrdinaryRefusals"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["refused"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"comity": {"level": "INFO"}},
}
