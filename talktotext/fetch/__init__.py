"""A stranger's link in, the file behind it out.

    link -> parse -> resolve once -> all public? -> connect to just that -> bytes in bounds

A server that fetches what strangers name is a way into its own network (server-side request
forgery, https://owasp.org/Top10/A10_2021-Server-Side_Request_Forgery_%28SSRF%29/). So a link has
one strict reading (`link.py`), a name is resolved once and judged by all that it resolves to
(`addresses.py`), the connection goes to what was judged (`connect.py`), and so does each redirect.

A plain library: it knows no framework and no other part of TalkToText but the errors, and the
launcher of `media` that puts limits on a child.
"""

from talktotext.fetch.addresses import Policy, is_public
from talktotext.fetch.download import Bounds, Way, download
from talktotext.fetch.link import MAX_TYPED, Link, parse
from talktotext.fetch.pages import Pages
from talktotext.fetch.partial import discard

__all__ = [
    "MAX_TYPED",
    "Bounds",
    "Link",
    "Pages",
    "Policy",
    "Way",
    "discard",
    "download",
    "is_public",
    "parse",
]
