"""The settings under the names that Flask and its extensions look for."""

import json
import re
from datetime import timedelta
from typing import Any

from pydantic_core import from_json

from talktotext.config import Settings

CSRF_HEADER = "X-CSRF-Token"
# What the browser's frontend may send and read; the tus protocol has its own (tus.io).
ALLOWED_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Range",
    "X-Request-ID",  # tus-js-client's addRequestId
    "X-Requested-With",  # other clients, by habit
    CSRF_HEADER,
)
EXPOSED_HEADERS = (
    "Content-Disposition",
    "Link",
    "X-Total-Count",
    "ETag",
    "Retry-After",
    "Location",
    "Accept-Ranges",
    "Content-Range",
    "X-Request-ID",
)
TUS_HEADERS = (
    "Tus-Resumable",
    "Tus-Version",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Checksum-Algorithm",
    "Upload-Length",
    "Upload-Offset",
    "Upload-Metadata",
    "Upload-Checksum",
    "Upload-Defer-Length",
    "Upload-Concat",
    "Upload-Expires",
    "X-HTTP-Method-Override",
    "X-Upload-Id",
)


def for_flask(settings: Settings) -> dict[str, Any]:
    """What `app.config` holds: every setting, and what extensions want to be told besides."""
    return {
        **settings.model_dump(),
        "SETTINGS": settings,
        "SQLALCHEMY_DATABASE_URI": settings.DATABASE_URL,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "json_deserializer": _read_json,
            # What people said, and hashes of passwords, have no business in the text of an error.
            "hide_parameters": True,
            **_connecting(settings),
        },
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=settings.ACCESS_TOKEN_MINUTES),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=settings.REFRESH_TOKEN_DAYS),
        "CORS_RESOURCES": {"/*": {"origins": _origins(settings)}},
        "CORS_ALLOW_HEADERS": [*ALLOWED_HEADERS, *TUS_HEADERS],
        "CORS_EXPOSE_HEADERS": [*EXPOSED_HEADERS, *TUS_HEADERS],
        "CORS_MAX_AGE": 600,
        "CORS_SEND_WILDCARD": True,  # and not the caller's own origin, where all are let in
        "CORS_ALWAYS_SEND": False,
        "CORS_SUPPORTS_CREDENTIALS": settings.AUTH_COOKIES,
        **_cookies(settings),
        "VALIDATION_ERROR_STATUS_CODE": 400,
        "SECURITY_SCHEMES": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT or API token"}
        },
    }


def _origins(settings: Settings) -> list[str | re.Pattern[str]]:
    """Whose pages may call. As patterns, which match nothing else: flask-cors takes what looks like
    one, such as the address of an IPv6 host, for a pattern that matches what begins like it."""
    exactly = (re.compile(re.escape(one) + r"\Z", re.IGNORECASE) for one in settings.CORS_ORIGINS)
    return ["*"] if "*" in settings.CORS_ORIGINS else [*exactly]


def _cookies(settings: Settings) -> dict[str, Any]:
    """How tokens come as cookies, to browsers that ask for it. A bearer is looked for first."""
    if not settings.AUTH_COOKIES:
        return {"JWT_TOKEN_LOCATION": ["headers"]}
    safe = settings.FLASK_ENV == "production"
    return {
        "JWT_TOKEN_LOCATION": ["headers", "cookies"],
        "JWT_COOKIE_SECURE": safe,
        "JWT_COOKIE_SAMESITE": "Strict",
        # Nobody sets these but this host, by https: RFC 6265bis, section 4.1.3.
        "JWT_ACCESS_COOKIE_NAME": "__Host-access" if safe else "access",
        "JWT_REFRESH_COOKIE_NAME": "__Secure-refresh" if safe else "refresh",
        "JWT_REFRESH_COOKIE_PATH": "/auth/refresh",
        # The double of the token's own, which it has to match; the page may read it.
        "JWT_ACCESS_CSRF_COOKIE_NAME": "csrf_access",
        "JWT_REFRESH_CSRF_COOKIE_NAME": "csrf_refresh",
        "JWT_ACCESS_CSRF_HEADER_NAME": CSRF_HEADER,
        "JWT_REFRESH_CSRF_HEADER_NAME": CSRF_HEADER,
    }


def _read_json(text: str | bytes) -> Any:
    """What a column holds: pydantic reads it several times as fast as Python, but for half a
    surrogate pair, which is no text."""
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def _connecting(settings: Settings) -> dict[str, Any]:
    """A server that is away must be noticed in seconds, also one that swallows packets; and
    connections that its restart killed, before they are used."""
    if settings.DATABASE_URL.startswith("sqlite"):
        # They are but open files. A thread that finds none would open another for one request.
        return {"pool_size": settings.WEB_THREADS}
    # Most threads wait for bytes, and hold no connection meanwhile.
    pool = {"pool_pre_ping": True, "pool_size": min(settings.WEB_THREADS, 16)}
    if not settings.DATABASE_URL.startswith("postgresql"):
        return pool
    alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    return {**pool, "connect_args": {"connect_timeout": 5, "tcp_user_timeout": 20_000, **alive}}
