"""Who is counted how often. The rules are settings; docs/limits.md tells what they are for."""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from flask import Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from talktotext.limiter import limiter

LOGIN = "auth.login"
# Views whose calls are counted by address too, and the settings that say how often.
BY_ADDRESS = {
    LOGIN: "login",
    "auth.register": "register",
    **dict.fromkeys(("recovery.forgot", "recovery.reset", "recovery.verify"), "login"),
    **dict.fromkeys(("account.update_me", "account.delete_me"), "login"),
}
# Whoever watches over the service must not be told to wait; a preflight asks for nothing.
UNCOUNTED = "health."
# An address with a port, or in brackets, as some proxies report it. IPv6 without brackets has none.
WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")
NETWORK_BITS = 64  # of an IPv6 address: what one customer of a provider has at least (RFC 6177)


def register(app: APIFlask) -> None:
    """Count the requests of `app`, by the addresses that trusted proxies report."""
    limiter.init_app(app)
    if proxies := app.config["SETTINGS"].TRUSTED_PROXIES:
        # X-Forwarded-Host and -Prefix stay unbelieved: few proxies set them, and those that do not
        # pass on what a client made up.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            _without_port(app.wsgi_app), x_for=proxies, x_proto=proxies, x_host=0
        )
    app.before_request(_count_address)
    app.after_request(_remember_login)


def _without_port(app: Callable[..., Any]) -> Callable[..., Any]:
    """Leave of REMOTE_ADDR the address alone: what counts by it, and what writes it down, wants
    nothing else."""

    def inner(environ: Any, start_response: Any) -> Any:
        if match := WITH_PORT.fullmatch(environ.get("REMOTE_ADDR") or ""):
            environ["REMOTE_ADDR"] = match[1] or match[2]
        return app(environ, start_response)

    return inner


def count_user(user_id: int, *, uploads: bool) -> None:
    """Count a request of a user, whatever it is, and whether it is to send a recording.

    Raises:
        TooManyRequests: there were too many.
    """
    limiter.count("default", "user", str(user_id))
    if uploads:
        limiter.count("upload", "upload", str(user_id))


def here() -> str:
    """The address a request comes from; of an IPv6 address the network."""
    return _network(request.remote_addr or "")


@lru_cache(maxsize=1_000)
def _network(shown: str) -> str:
    try:
        address = ipaddress.ip_address(shown.partition("%")[0])
    except ValueError:
        return "nowhere"  # a unix socket, or a proxy that reports no address
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, NETWORK_BITS), strict=False))
    return str(address)


def _count_address() -> None:
    endpoint = request.endpoint or ""
    if endpoint.startswith(UNCOUNTED) or request.method == "OPTIONS":
        return
    limiter.count("address", "address", here())
    if rule := BY_ADDRESS.get(endpoint):
        limiter.count(rule, rule, here())
    if endpoint == LOGIN and (account := _account()):
        _count_account(account)


def _count_account(account: str) -> None:
    """Count an attempt to sign in, before the password is looked at.

    One account is guessed at from many addresses, so that attempts are counted by account too. For
    its owner that would be a lock, thrown by anybody who knows the email address: what comes from
    a network from which somebody did sign in to it is counted by itself.
    """
    own = (here(),) if limiter.knows(account, here()) else ()
    limiter.count("account", "account", account, *own)


def _remember_login(answer: Response) -> Response:
    signed_in = request.endpoint == LOGIN and answer.status_code == HTTPStatus.OK
    if signed_in and (account := _account()):
        limiter.remember(account, here())
    return answer


def _account() -> str | None:
    """The account that the request signs in to, as a key: of bounded length, and no email address
    lies in Redis. None if it names none, and will be refused for that."""
    body = request.get_json(force=True, silent=True)  # it is read so, whatever it says it is
    email = body.get("email") if isinstance(body, dict) else None
    if not isinstance(email, str):
        return None
    return hashlib.sha256(email.strip().lower().encode(errors="replace")).hexdigest()[:32]
