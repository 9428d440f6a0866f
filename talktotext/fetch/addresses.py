"""Which addresses may be connected to.

Only what anybody on the internet could reach as well. Of IPv6 that is 2000::/3 less its odd parts;
`ipaddress.is_global` alone would let the tunnels through that lead back to private IPv4.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from talktotext.errors import LinkNotPublic, LinkUnreachable, NotALink
from talktotext.fetch.link import host_name

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], list[str]]

# https://www.iana.org/assignments/ipv6-unicast-address-assignments: all that is given out so far.
UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
# What is not for everybody though it looks so, or does to some versions of `ipaddress`:
# https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",  # carriers' own, and Alibaba's metadata
            "192.0.0.0/24",  # Oracle's metadata is here
            "192.88.99.0/24",  # 6to4 relays
            "198.18.0.0/15",
            "240.0.0.0/4",
            "2001::/23",  # Teredo, ORCHID, benchmarks
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "3ffe::/16",  # 6bone's, given back
            "3fff::/20",  # documentation
        ),
    )
)
# Where clouds tell a machine who it is, with keys. Never connected to, whatever is allowed.
METADATA = frozenset(
    map(
        ipaddress.ip_address,
        (
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
        ),
    )
)


def leads_to(address: Address) -> tuple[Address, ...]:
    """What has to be allowed for an address to be: itself, and the IPv4 addresses within it.

    A mapped one (::ffff:a.b.c.d) and NAT64's well-known prefix stand for the IPv4 address and
    nothing else. Tunnels have a network of their own and an IPv4 address behind it: ISATAP, which
    says so in its middle (RFC 5214), 6to4 (RFC 3056) and Teredo, with two of them (RFC 4380).
    """
    if isinstance(address, IPv4Address):
        return (address,)
    address = IPv6Address(int(address))  # without its zone
    if address.ipv4_mapped or address in NAT64:
        return (_last(address),)
    isatap = (int(address) >> 32) & 0xFDFFFFFF == 0x5EFE  # with the "universal" bit or without
    behind = [_last(address)] if isatap else []
    behind += [address.sixtofour] if address.sixtofour else []
    return (address, *behind, *(address.teredo or ()))


def _last(address: Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def is_metadata(address: Address) -> bool:
    """Whether an address leads to a metadata service, also by a translator's prefix that nobody
    told us: those have the IPv4 address at their end (RFC 6052, 2.2)."""
    return not METADATA.isdisjoint((*leads_to(address), _last(address)))


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's, for everybody, with all that it leads to."""
    return not is_metadata(address) and all(map(_is_for_everybody, leads_to(address)))


def _is_for_everybody(address: Address) -> bool:
    if any(address in network for network in SPECIAL):
        return False
    if isinstance(address, IPv6Address):
        return address in UNICAST and address.is_global
    return address.is_global and not address.is_multicast


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True)
class Policy:
    """Where links may lead.

    Attributes:
        hosts: names that may be private ones.
        networks: addresses that may.
        ports: of public hosts; those of private ones are the operator's affair.
        resolve: host and port -> addresses.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset((80, 443))
    resolve: Resolve = look_up

    @classmethod
    def of(cls, private: Iterable[str], ports: Iterable[int] = (80, 443)) -> "Policy":
        """The policy with those private names, addresses and networks. Raises ValueError."""
        hosts, networks = set(), []
        for entry in private:
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError:
                hosts.add(host_name(entry))
        return cls(frozenset(hosts), tuple(networks), frozenset(ports))

    def check(self, host: str, port: int) -> None:
        """Refuse what needs no look-up to be refused.

        Raises:
            LinkNotPublic, NotALink: the address itself, or its port.
        """
        try:
            literal = ipaddress.ip_address(host)
        except ValueError:
            if not self.networks:
                self._check_port(port, private=host in self.hosts)
        else:
            self._check_all(host, port, (literal,))

    def addresses(self, host: str, port: int) -> list[str]:
        """What to connect to for a host: looked up once, and all of it allowed.

        Raises:
            LinkNotPublic: one of them is not public, or there is none. Which of the two stays
                unsaid: it would tell which names there are inside.
            NotALink: the port.
            LinkUnreachable: the name servers do not answer.
        """
        self.check(host, port)
        try:
            found = [ipaddress.ip_address(each) for each in self.resolve(host, port)]
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise LinkUnreachable from None
            raise LinkNotPublic from None
        except (OSError, ValueError):  # a zone, or a name no name server could have
            raise LinkNotPublic from None
        if not found:
            raise LinkNotPublic
        self._check_all(host, port, found)
        return [str(address) for address in found]

    def may_connect(self, address: Address) -> bool:
        """Whether an address may be connected to, whatever its name."""
        return is_public(address) or self._is_ours(address)

    def _is_ours(self, address: Address) -> bool:
        either = (address, leads_to(address)[0])
        return not is_metadata(address) and any(
            each in network for each in either for network in self.networks
        )

    def _check_all(self, host: str, port: int, addresses: Sequence[Address]) -> None:
        named = host in self.hosts
        for address in addresses:
            if is_metadata(address) or not (named or self.may_connect(address)):
                raise LinkNotPublic
        # One public address is enough to be a public host: whoever owns the name can add ours.
        self._check_port(port, private=named or all(map(self._is_ours, addresses)))

    def _check_port(self, port: int, *, private: bool) -> None:
        if not private and port not in self.ports:
            allowed = ", ".join(map(str, sorted(self.ports)))
            raise NotALink(f"Links are fetched from the ports {allowed} only")
