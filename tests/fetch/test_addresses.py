"""Which addresses links may lead to."""

import json
import re
import socket
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from talktotext.errors import LinkNotPublic, LinkUnreachable, NotALink
from talktotext.fetch import Policy, is_public, parse
from tests.fetch.tricks import FORBIDDEN, NAMES


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.216.34",
        "172.32.0.1",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2606:4700::5efe:1.1.1.1",
        "2606:4700::200:5efe:1.1.1.1",
    ],
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *FORBIDDEN,
        "0.0.0.0",
        "100.64.0.1",
        "169.254.1.1",
        "172.31.255.255",
        "192.0.2.1",
        "192.88.99.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::168.63.129.16",
        "100::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001::5efe:8.8.8.8",
        "2001:1ff::1",
        "2002::1",
        "2002:808:808::1",
        "2606:4700::a9fe:a9fe",
        "2606:4700::200:5efe:10.0.0.1",
        "3ffe::1",
        "4000::1",
        "5f00::1",
        "::5efe:8.8.8.8",
        "::8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b:1::8.8.8.8",
        "100::5efe:8.8.8.8",
        "fc00::1",
        "fe80::1",
        "fe80::1%lo",
        "fe80::5efe:8.8.8.8",
        "ff02::1",
        "ff0e::5efe:8.8.8.8",
    ],
)
def test_the_rest_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


def test_one_address_that_is_not_public_is_one_too_many() -> None:
    for name, (first, *_) in NAMES.items():
        policy = Policy(resolve=lambda _host, _port, found=first: found.split())
        if name.startswith("rebinding"):
            assert policy.addresses(name, 80) == [first]
        else:
            with pytest.raises(LinkNotPublic):
                policy.addresses(name, 80)


def test_a_name_that_is_not_there_reads_like_one_that_is_inside() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(LinkNotPublic) as unknown:
        Policy(resolve=nowhere).addresses("db.lan", 80)
    with pytest.raises(LinkNotPublic) as inside:
        Policy(resolve=lambda _host, _port: ["10.0.0.1"]).addresses("db.lan", 80)
    assert unknown.value.problem() == inside.value.problem()


def test_name_servers_that_do_not_answer_are_asked_again() -> None:
    def silent(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(LinkUnreachable):
        Policy(resolve=silent).addresses("example.com", 80)


PRIVATE = Policy.of(["Media.LAN.", "10.1.0.0/16", "fd12::/16", "192.168.1.5", "169.254.0.0/16"])


@pytest.mark.parametrize("host", ["10.1.2.3", "fd12::1", "192.168.1.5", "::ffff:10.1.2.3"])
def test_what_the_operator_allows_is_allowed_on_every_port(host: str) -> None:
    PRIVATE.check(host, 8123)
    assert PRIVATE.may_connect(ip_address(host))


@pytest.mark.parametrize(
    "host", ["10.2.0.1", "fd13::1", "192.168.1.6", "169.254.169.254", "::ffff:169.254.169.254"]
)
def test_nothing_else_is(host: str) -> None:
    with pytest.raises(LinkNotPublic):
        PRIVATE.check(host, 80)


@pytest.mark.parametrize("host", ["2606:4700::5efe:10.1.2.3", "fd13::5efe:10.1.2.3"])
def test_what_lies_behind_a_tunnel_is_not_the_tunnel(host: str) -> None:
    with pytest.raises(LinkNotPublic):
        PRIVATE.check(host, 80)


@pytest.mark.parametrize(
    "metadata",
    [
        "169.254.169.254",
        "fd00:ec2::254",
        "fd00:ec2::254%2",
        "::ffff:a9fe:a9fe",
        "::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2001:0:a9fe:a9fe::",
        "2001:0:1:1::5601:5601",  # Teredo's client, turned over
        "fe80::5efe:a9fe:a9fe",
    ],
)
def test_metadata_is_out_of_reach_where_all_is_allowed(metadata: str) -> None:
    everything = Policy.of(["0.0.0.0/0", "::/0"])
    everything.check("fd00:ec2::255", 80)
    assert not everything.may_connect(ip_address(metadata))


def test_a_name_is_allowed_wherever_it_is_but_for_metadata() -> None:
    def at(address: str) -> Policy:
        return Policy(PRIVATE.hosts, resolve=lambda _host, _port: [address])

    assert at("127.0.0.1").addresses("media.lan", 8123) == ["127.0.0.1"]
    for host, address in (("media.lan", "169.254.169.254"), ("x.media.lan", "127.0.0.1")):
        with pytest.raises(LinkNotPublic):
            at(address).addresses(host, 80)


def test_an_address_of_ours_opens_no_port_of_a_public_host_beside_it() -> None:
    """Whoever owns a name may let it resolve to their server and to one of ours."""

    def at(*addresses: str) -> Policy:
        return Policy(frozenset(), PRIVATE.networks, resolve=lambda _host, _port: list(addresses))

    assert at("10.1.0.5", "fd12::1").addresses("evil.example.com", 22) == ["10.1.0.5", "fd12::1"]
    both = at("8.8.8.8", "10.1.0.5")
    assert both.addresses("evil.example.com", 80) == ["8.8.8.8", "10.1.0.5"]
    with pytest.raises(NotALink, match="80, 443"):
        both.addresses("evil.example.com", 22)


def test_public_hosts_have_the_ports_of_the_web() -> None:
    policy = Policy.of([], [80, 8443])
    policy.check("1.1.1.1", 8443)
    for host in ("1.1.1.1", "example.com"):
        with pytest.raises(NotALink, match="80, 8443"):
            policy.check(host, 443)


@pytest.mark.parametrize("entry", ["bücher.lan", "BÜCHER.lan.", "xn--bcher-kva.lan"])
def test_a_name_is_read_as_in_a_link(entry: str) -> None:
    policy = Policy.of([entry])
    policy.check(parse("http://bücher.lan:8123/").host, 8123)
    assert policy.hosts == {"xn--bcher-kva.lan"}


@pytest.mark.parametrize(
    "entry",
    [
        *("10.0.0.1/8", "10.0.0", "1.2.3.4.5", "fd00::/129", "a:b", "0x7f.1", "127.1"),
        *("*.lan", "media lan", "m.lan:80", "http://media.lan", "me@media.lan", "-.lan", "☃.lan"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=re.escape(entry.partition(".")[0])):
        Policy.of([entry])


def test_no_trick_makes_a_connection(tmp_path: Path) -> None:
    """In a network of its own, where all that the tricks aim at is there and answers."""
    alone = ["unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*alone, "ip", "link", "set", "lo", "up"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces here")
    command = [*alone, sys.executable, "-m", "tests.fetch.tricks", str(tmp_path)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert told["reachable"] == len(FORBIDDEN)
    assert len(told["tricks"]) > 280
    assert told["reached"] == []
    # Only what stays at the public host is fetched: links that are relative to it, and a name
    # that was public the one time it was asked.
    got = {(each["kind"], each["link"]) for each in told["tricks"] if "SECRET" in each["code"]}
    assert all(kind == "redirect" or "//rebinding" in link for kind, link in got)
