"""Fetching a file: certificates, names and proxies."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from talktotext.errors import LinkRefused
from talktotext.fetch import Policy
from tests.fetch.conftest import Fetch
from tests.fetch.site import Site, file, head


def test_no_proxy_is_asked(fetch: Fetch, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with Site(lambda _asked: [head("502 Bad Gateway")]) as proxy, Site(file(data)) as site:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert fetch(site.url) == data
    assert proxy.connections == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for media.lan that vouches for itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "media.lan")])
    now = datetime.now(UTC)
    names = [x509.DNSName("media.lan"), x509.IPAddress(ip_address("127.0.0.9"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def tls(authority: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    return context


MEDIA_LAN = Policy(frozenset(["media.lan"]), resolve=lambda _host, _port: ["127.0.0.1"])


def test_a_private_host_with_a_certificate_of_its_own(
    fetch: Fetch, data: bytes, tls: ssl.SSLContext, authority: Path
) -> None:
    told: list[str] = []
    tls.sni_callback = lambda _socket, name, _context: told.append(name)
    with Site(file(data), tls) as site:
        link = f"https://media.lan:{site.port}/"
        assert fetch(link, policy=MEDIA_LAN, ca_file=authority) == data
    assert told == ["media.lan"] and site.asked[0].headers["host"] == f"media.lan:{site.port}"


@pytest.mark.parametrize("host", ["media.lan", "other.lan"])
def test_a_certificate_that_does_not_fit_is_refused(
    fetch: Fetch, data: bytes, tls: ssl.SSLContext, authority: Path, host: str
) -> None:
    policy = Policy(frozenset([host]), resolve=lambda _host, _port: ["127.0.0.1"])
    trusted = authority if host == "other.lan" else None
    with Site(file(data), tls) as site, pytest.raises(LinkRefused, match="certificate"):
        fetch(f"https://{host}:{site.port}/", policy=policy, ca_file=trusted)


def test_a_link_does_not_lead_from_https_to_http(
    fetch: Fetch, data: bytes, tls: ssl.SSLContext, authority: Path
) -> None:
    with Site(file(data)) as plain:
        location = f"http://media.lan:{plain.port}/"
        with (
            Site(lambda _asked: [head("302 Found", Location=location)], tls) as site,
            pytest.raises(LinkRefused, match="from https to http"),
        ):
            fetch(f"https://media.lan:{site.port}/", policy=MEDIA_LAN, ca_file=authority)
    assert plain.connections == 0
