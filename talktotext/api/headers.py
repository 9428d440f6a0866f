"""Headers that tell browsers to be careful; on every answer, whoever made it and whatever it says.

An answer of ours is data. Shown as a page all the same, it may load nothing, run nothing and be
framed by nobody; no browser guesses that it is something else. The only page is the description
of the API: it may run its own scripts, and none that stand in it.

`same-origin` keeps others from loading our answers as pictures or scripts of theirs (Spectre). A
frontend on another origin asks by CORS, to which that does not apply: <audio crossorigin …>.
"""

from apiflask import APIFlask
from flask import Response, request

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox",
}
PAGE = {
    **ALWAYS,
    # Swagger UI makes styles as it goes, and has its pictures in its style sheet.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
HTTPS_ONLY = "max-age=31536000"  # a year; of other hosts under the same name we know nothing
SECRETS = ("auth.", "recovery.", "account.", "tokens.", "sessions.", "invitations.", "admin.")
DOCS = "swagger_ui."


def register(app: APIFlask) -> None:
    """Put them on every answer of `app`."""
    app.after_request(_careful)


def _careful(answer: Response) -> Response:
    # Looked through once: Headers.setdefault does it for every name, and raises for each it misses.
    there = {name.lower() for name, _ in answer.headers}
    for name, value in _wanted(request.endpoint or "").items():
        if name.lower() not in there:
            answer.headers.add(name, value)
    if "vary" in there:
        answer.vary.add("Origin")
    return answer


def _wanted(endpoint: str) -> dict[str, str]:
    """What every answer of an endpoint has, unless it has its own."""
    # Whoever asks twice may be somebody else by then, on the same browser.
    kept = "no-store" if endpoint.startswith(SECRETS) else "private, no-cache"
    wanted = {**(PAGE if endpoint.startswith(DOCS) else ALWAYS), "Cache-Control": kept}
    wanted["Vary"] = "Origin"  # also where there is nothing for that origin
    if request.is_secure:
        wanted["Strict-Transport-Security"] = HTTPS_ONLY
    return wanted
