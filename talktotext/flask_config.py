"""The settings under the names that Flask and its extensions look for."""

import json
from datetime import timedelta
from typing import Any

from pydantic_core import from_json

from talktotext.config import Settings

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
            # Connections that a database restart killed are noticed before they are used.
            "pool_pre_ping": not settings.DATABASE_URL.startswith("sqlite"),
            "json_deserializer": _read_json,
            # Most threads wait for bytes, and hold no connection meanwhile.
            "pool_size": min(settings.WEB_THREADS, 16),
            **_connecting(settings),
        },
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=settings.ACCESS_TOKEN_MINUTES),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=settings.REFRESH_TOKEN_DAYS),
        "CORS_RESOURCES": {"/*": {"origins": settings.CORS_ORIGINS}},
        "CORS_ALLOW_HEADERS": [*ALLOWED_HEADERS, *TUS_HEADERS],
        "CORS_EXPOSE_HEADERS": [*EXPOSED_HEADERS, *TUS_HEADERS],
        "CORS_MAX_AGE": 600,
        "VALIDATION_ERROR_STATUS_CODE": 400,
        "SECURITY_SCHEMES": {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT or API token"}
        },
    }


def _read_json(text: str | bytes) -> Any:
    """What a column holds: pydantic reads it several times as fast as Python, but for half a
    surrogate pair, which is no text."""
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def _connecting(settings: Settings) -> dict[str, Any]:
    """A server that is away must be noticed in seconds, also one that swallows packets."""
    if not settings.DATABASE_URL.startswith("postgresql"):
        return {}
    alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    return {"connect_args": {"connect_timeout": 5, "tcp_user_timeout": 20_000, **alive}}
