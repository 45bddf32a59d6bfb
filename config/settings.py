"""Settings, all from the environment. Production sets them; `manage.py up` fills in the rest.

docs/reference/settings.md lists every variable with its meaning.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("COUNTERSIGN_VAR", BASE_DIR / "var"))

TRUE_WORDS = {"1", "true", "yes", "on"}


def env_flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in TRUE_WORDS


def env_list(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def env_or_running(name: str, fallback: str) -> str:
    """The variable, or what a running `manage.py up` wrote down for other commands."""
    if name in os.environ:
        return os.environ[name]
    note = VAR_DIR / "run" / name
    return note.read_text().strip() if note.is_file() else fallback


# Demo mode is switched on by `manage.py up`: one-click sign-in, generated secret, plain HTTP.
DEMO = env_flag("COUNTERSIGN_DEMO")
DEBUG = False

SECRET_KEY = env_or_running("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to 50 or more random characters, "
        "or start with `make demo`, which makes one for trying out."
    )
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "config",
    "reviews",
    "queues",
    "workflows",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_fsm",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

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
                "csp.context_processors.nonce",
                "queues.navigation.navigation",
                "config.demo_past.shown",
            ],
        },
    }
]

DATABASE_POOL = int(os.environ.get("DATABASE_POOL", "12"))  # connections per process; 0: no pool
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **dj_database_url.parse(
            env_or_running("DATABASE_URL", "postgresql://127.0.0.1/countersign"),
            conn_health_checks=True,
        ),
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    # Planning is the larger part of a short statement's cost: prepare from the second use on.
    "prepare_threshold": 2,
    "server_side_binding": True,
    "pool": DATABASE_POOL and {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10},
    "options": " ".join(
        [
            f"-c lock_timeout={os.environ.get('DATABASE_LOCK_TIMEOUT', '10s')}",
            # A long snapshot slows every claim: reports read in short transactions.
            "-c idle_in_transaction_session_timeout=60s",
        ]
    ),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "queues.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 10
# The address of the connection: a forwarded-for header is never believed by itself.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = 0.25  # hours
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "429.html"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
# Static files straight from their sources, without collectstatic: for trying out and for tests.
PLAIN_STATIC = DEMO or env_flag("COUNTERSIGN_PLAIN_STATIC")
STATIC_ROOT = (
    None if PLAIN_STATIC else Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if PLAIN_STATIC
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = PLAIN_STATIC

# One process cannot be made to hold a file of any size in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Plain HTTP is for trying out on one's own machine only.
INSECURE = DEMO or env_flag("COUNTERSIGN_PLAIN_HTTP")
SECURE_SSL_REDIRECT = not INSECURE
SECURE_HSTS_SECONDS = 0 if INSECURE else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE
SECURE_HSTS_PRELOAD = not INSECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
if env_flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "queues.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["workflows.strict_json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "workflows.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "DESCRIPTION": "Start processes, work queues, decide, and hear of results.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "InstanceStatus": "workflows.models.ProcessInstance.Status",
        "ActivityStatus": "workflows.models.Activity.Status",
        "IncidentStatus": "workflows.models.Incident.Status",
        "ItemStatus": "queues.models.WorkItem.Status",
        "MessageStatus": "workflows.models.Message.Status",
        "ReviewStatus": "reviews.models.Review.Status",
    },
}

REDIS_URL = env_or_running("REDIS_URL", "redis://127.0.0.1:6379/0")

# Modules that register job handlers by name; a process definition can only name what is here.
JOB_HANDLERS = env_list(
    "COUNTERSIGN_JOB_HANDLERS",
    "examples.loan_approval, examples.order_fulfilment.handlers, examples.service_ticket.handlers, "
    "examples.class_booking.handlers, examples.settlement.handlers",
)
# host or host:port of every place that a webhook may call; nothing else is ever called.
OUTBOUND_ALLOWED = env_list("COUNTERSIGN_OUTBOUND_ALLOWED")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # Two lines for each wake-up would hide everything else.
    "loggers": {
        name: {"level": "WARNING"} for name in ("celery.worker.strategy", "celery.app.trace")
    },
}
