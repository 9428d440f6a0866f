"""Links, taken apart: one reading, or none."""

import pytest

from talktotext.errors import NotALink
from talktotext.fetch import parse


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTPS://Example.COM:443/A?b=c#d", "https://example.com/A?b=c"),
        ("  http://example.com:8080/a/../b ", "http://example.com:8080/a/../b"),
        ("http://example.com?x=y", "http://example.com/?x=y"),
        ("http://example.com./", "http://example.com/"),
        ("http://my_bucket.example.com/", "http://my_bucket.example.com/"),
        (
            "http://bücher.example/ä ö".replace(" ", "%20"),
            "http://xn--bcher-kva.example/%C3%A4%20%C3%B6",
        ),
        ("http://ｅｘａｍｐｌｅ。com/", "http://example.com/"),
        ("http://1.2.3.4/", "http://1.2.3.4/"),
        ("http://[2001:DB8:0::1]:81/", "http://[2001:db8::1]:81/"),
        ("http://example.com/a'b\"c<d>|^`{}", "http://example.com/a'b%22c%3Cd%3E%7C%5E%60%7B%7D"),
        ("http://example.com/%zz%41", "http://example.com/%zz%41"),
    ],
)
def test_a_link_is_read(text: str, read: str) -> None:
    assert str(parse(text)) == read
    assert str(parse(read)) == read


def test_what_was_typed_is_measured_as_it_was_typed() -> None:
    link = parse(f"http://example.com/{'あ' * 300}", 400)
    assert len(str(link)) > 2048 and parse(str(link)) == link
    with pytest.raises(NotALink, match="at most 300 characters"):
        parse(f"http://example.com/{'あ' * 300}", 300)


def test_a_redirect_may_lead_to_a_long_link() -> None:
    """With a signature in it, as buckets want."""
    location = f"https://bucket.example.com/talk.mp3?signature={'a' * 4000}"
    assert str(parse("https://example.com/").redirected(location)) == location
    with pytest.raises(NotALink):
        parse("https://example.com/").redirected(f"{location}{'a' * 8192}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:example.com",
        "http://",
        "http:///a",
        "http://:80/",
        "http://.example.com/",
        "http://a..b/",
        "http://-a.example.com/",
        f"http://{'a' * 64}.example.com/",
        f"http://{'a.' * 127}com/",
        f"http://example.com/{'a' * 8192}",
        f"http://example.com/{'あ' * 1000}",  # nine characters each, as they are sent
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:x/",
        "http://example.com:８０/",
        "http://example.com:80:80/",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://exam ple.com/",
        "http://example.com/a b",
        "http://example.com/\n",
        "http://example.com/\x00",
        "http://example.com/\u202e3pm.exe",
        "http://example.com\\@other.example/",
        "http://%65xample.com/",
        "http://1.2.3/",
        "http://1.2.3.4.5/",
        "http://1.2.3.256/",
        "http://01.2.3.4/",
        "http://16909060/",
        "http://0x1020304/",
        "http://example.0x7f/",
        "http://[1.2.3.4]/",
        "http://[::1%25lo]/",
        "http://[::1/",
        "http://::1/",
        "http://🦊.example/",
        "http://xn--a.example/\ud800",
    ],
)
def test_what_is_no_plain_link_is_refused(text: str) -> None:
    with pytest.raises(NotALink):
        parse(text if "\n" not in text else f"{text}x")
