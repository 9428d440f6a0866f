"""Tokens as cookies, for browsers that ask for it: no script of the page can read or lose them.

A browser sends cookies along with whatever any page makes it ask for. So a request that changes
something has to show the CSRF token as well, in a header that no other page can set: it stands in
the token itself, which is signed, so that neither another user's will do nor one that somebody
planted in a cookie. Whoever sends a bearer needs none, as no browser does that unasked.
"""

from datetime import timedelta
from typing import Any, cast

from flask import Response, after_this_request, request
from flask_jwt_extended import (
    get_csrf_token,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
)
from flask_jwt_extended.utils import get_jwt_request_location

from talktotext import config
from talktotext.errors import CsrfFailed, InvalidRequest


def check(wanted: bool) -> None:
    """Whether cookies may be given; before anything is done.

    Raises:
        InvalidRequest: there are none here.
        CsrfFailed: a form of another page might send this, so that whoever is made to send it is
            signed in as somebody else without knowing. JSON it may not send.
    """
    if wanted and not config.current().AUTH_COOKIES:
        raise InvalidRequest("There are no cookies here", hint="The operator sets AUTH_COOKIES.")
    if wanted and not request.is_json:
        raise CsrfFailed(hint="Send the body as application/json.")


def given(answer: dict[str, Any], *, as_cookies: bool) -> dict[str, Any]:
    """An answer with tokens, as it goes out: with cookies, it has their CSRF tokens instead."""
    if not as_cookies:
        return answer
    rest = dict(answer)
    tokens = rest.pop("token"), rest.pop("refresh_token")

    @after_this_request
    def with_cookies(response: Response) -> Response:
        life = round(timedelta(days=config.current().REFRESH_TOKEN_DAYS).total_seconds())
        set_access_cookies(response, tokens[0], max_age=life)
        set_refresh_cookies(response, tokens[1], max_age=life)
        return response

    access, refresh = map(get_csrf_token, tokens)
    return {**rest, "csrf_token": access, "csrf_refresh_token": refresh}


def in_cookies() -> bool:
    """Whether the token of the request in hand came in a cookie."""
    return cast(str, get_jwt_request_location()) == "cookies"


def taken_back() -> None:
    """Have the browser forget its cookies."""
    if config.current().AUTH_COOKIES:
        after_this_request(_forgotten)


def _forgotten(response: Response) -> Response:
    unset_jwt_cookies(response)
    return response
