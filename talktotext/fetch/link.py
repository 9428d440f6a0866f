"""A link, taken apart.

Parsers disagree about odd addresses: what one of them checks is not what the next connects to
(https://www.blackhat.com/docs/us-17/thursday/us-17-Tsai-A-New-Era-Of-SSRF-Exploiting-URL-Parser-In-Trending-Programming-Languages.pdf).
So there is one reading, and what is not plainly the http(s) address of a host is refused: no user
names, no escapes in the host, no numbers but dotted decimal ones.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import idna

from talktotext.errors import NotALink

MAX_TYPED = 2048  # characters of what a person gives us
# Of a link as it is sent, escapes counted, and of where redirects lead, which may hold signatures:
# at least 8000 are to be expected (RFC 9110, 4.1).
MAX_LENGTH = 8192
PORTS = {"http": 80, "https": 443}
_PARTS = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# "Ends in a number", https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Link:
    """An address on the web.

    Attributes:
        host: a name in its ASCII form, or an IP address without brackets; lower case.
        target: path and query, as they are sent.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def place(self) -> str:
        """Host and port as the `Host` header has them, the usual port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}{self.target}"

    def redirected(self, location: str) -> "Link":
        """Where a redirect leads. Raises NotALink."""
        try:
            return parse(urljoin(str(self), location))
        except ValueError:  # urljoin's, about brackets
            raise NotALink("The link leads on to an address that makes no sense") from None


def parse(text: str, longest: int = MAX_LENGTH) -> Link:
    """Take a link apart. What is read once reads the same again, as `str` has it.

    Args:
        longest: characters that it may have; encoded it has `MAX_LENGTH` at most.

    Raises:
        NotALink: it is no http(s) address, or one that could be read in two ways.
    """
    text = text.strip()
    if len(text) > longest:
        raise NotALink(f"A link has at most {longest} characters")
    parts = _PARTS.fullmatch(text.partition("#")[0])
    if parts is None or "\\" in text or not text.isprintable() or " " in text:
        raise NotALink
    scheme, place, target = parts[1].lower(), parts[2], parts[3]
    if "@" in place:
        raise NotALink("A link must not hold a user name or a password")
    host, port = _host_and_port(place, scheme)
    target = target if target.startswith("/") else f"/{target}"
    link = Link(scheme, host, port, quote(target, safe="/?:@!$&'()*+,;=%~-._"))
    if len(str(link)) > MAX_LENGTH:
        raise NotALink(f"A link has at most {MAX_LENGTH} characters, as it is sent")
    return link


def _host_and_port(place: str, scheme: str) -> tuple[str, int]:
    found = _PLACE.fullmatch(place)
    if found is None:
        raise NotALink
    port = int(found[3]) if found[3] else PORTS[scheme]
    if not 0 < port < 65536:
        raise NotALink
    try:
        return str(ipaddress.IPv6Address(found[1])) if found[1] else host_name(found[2]), port
    except ValueError:  # of ipaddress and idna
        raise NotALink from None


def host_name(host: str) -> str:
    """A host name in ASCII, or a dotted decimal address. Raises ValueError."""
    plain = host if host.isascii() else idna.encode(host, uts46=True).decode()
    plain = plain.lower().removesuffix(".")
    labels = plain.split(".")
    if len(plain) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(host)
    return str(ipaddress.IPv4Address(plain)) if _NUMBER.fullmatch(labels[-1]) else plain
