"""Links that strangers try, against a network of our own in which every place they aim at exists.

`python -m tests.fetch.tricks FOLDER`, in a network namespace of its own, prints what became of each
trick, and which of the addresses that nobody may reach were connected to. All of them answer: what
makes no connection was refused by us.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from talktotext.errors import LinkError
from talktotext.fetch import Bounds, Policy, Way, download

PUBLIC, PUBLIC6 = "93.184.216.34", "2606:2800:220:1::1"
FORBIDDEN = (
    "0.1.2.3",
    "10.0.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.1.2.3",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "::1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2001:0:1::1",
    "2001:db8::1",
    "2001:db8::5efe:808:808",
    "2002:7f00:1::1",
    "2002:7f00:1::5efe:808:808",
    "2606:4700::5efe:7f00:1",
    "3fff::1",
    "fd00::5efe:808:808",
    "fd00::200:5efe:808:808",
    "fd00:ec2::254",
    "fec0::1",
    "fec0::5efe:808:808",
)
PORTS = (80, 443, 6379)

# Hosts as they may be written; all mean an address above, to somebody.
HOSTS = (
    "127.0.0.1",
    "127.0.0.1.",
    "127.1.2.3",
    "127.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "00000177.0.0.01",
    "017700000001",
    "1２7.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127．0．0．1",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "127.0.0.1%00.example.com",
    "127.0.0.1%23.example.com",
    "0",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "167772161",
    "172.16.0.1",
    "192.168.1.1",
    "192.168.257",
    "192.0.0.192",
    "198.18.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "0251.0376.0251.0376",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::1%25lo]",
    "[::1%lo]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:a9fe:a9fe]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2001:0:1::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::1]",
    "[2001:db8::5efe:808:808]",
    "[2002:7f00:1::5efe:8.8.8.8]",
    "[2606:4700::5efe:7f00:1]",
    "[3fff::1]",
    "[fd00::5efe:8.8.8.8]",
    "[fd00::200:5efe:808:808]",
    "[fe80::5efe:8.8.8.8]",
    "[fec0::5efe:808:808]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "[::1",
    "::1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ｌｏｃａｌｈｏｓｔ",
    "loca\u00adlhost",
)
# Whole links, in which parsers disagree about what the host is.
LINKS = (
    f"http://{PUBLIC}@127.0.0.1/",
    f"http://{PUBLIC}:80@127.0.0.1/",
    f"http://{PUBLIC}:80\\@127.0.0.1/",
    f"http://127.0.0.1\\@{PUBLIC}/",
    f"http://127.0.0.1:80\\@@{PUBLIC}/",
    f"http://{PUBLIC}\\.127.0.0.1/",
    f"http://{PUBLIC}%40127.0.0.1/",
    f"http://{PUBLIC} 127.0.0.1/",
    f"http://{PUBLIC}\t@127.0.0.1/",
    f"http://{PUBLIC}\r\n@127.0.0.1/",
    f"http://{PUBLIC}/\r\nHost: 127.0.0.1",
    f"http://127.0.0.1#@{PUBLIC}/",
    f"http://127.0.0.1?@{PUBLIC}/",
    f"http://127.0.0.1;{PUBLIC}/",
    f"http://127.0.0.1,{PUBLIC}/",
    f"http://127.0.0.1:80:80@{PUBLIC}/",
    f"http://{PUBLIC}:80:127.0.0.1/",
    f"http://{PUBLIC}:6379/",
    f"http://{PUBLIC}:0/",
    f"http://{PUBLIC}:65616/",
    f"http://{PUBLIC}:８０@127.0.0.1/",
    "http:127.0.0.1",
    "http:/127.0.0.1",
    "http:///127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "//127.0.0.1/",
    "127.0.0.1",
    "\thttp://127.0.0.1/",
    "http://127.0.0.1:6379/",
    "https://127.0.0.1/",
    "HTTP://127.0.0.1/",
    "ht\ntp://127.0.0.1/",
    "http://user:password@127.0.0.1/",
    "ftp://127.0.0.1/a",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:6379/INFO",
    "ws://127.0.0.1/",
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "data:audio/wav;base64,UklGRg==",
    "concat:http://127.0.0.1/",
    "unix:/run/redis.sock",
)
# What names resolve to: each time, or the first time and then.
NAMES = {
    **{f"to-{n}.example.com": (each,) for n, each in enumerate(FORBIDDEN)},
    "mixed.example.com": (f"{PUBLIC} 127.0.0.1",),
    "mixed-late.example.com": (f"{PUBLIC} {PUBLIC} {PUBLIC6} ::1",),
    "mixed-six.example.com": (f"{PUBLIC6} ::ffff:10.0.0.1",),
    "zone.example.com": ("fe80::1%lo",),
    "nothing.example.com": ("",),
    "odd.example.com": ("127.1",),
    "rebinding.example.com": (PUBLIC, "127.0.0.1"),
    "rebinding-six.example.com": (PUBLIC6, "::1"),
}


class Names:
    """Name servers of strangers, which say something else every time."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}

    def __call__(self, host: str, port: int) -> list[str]:
        if host not in NAMES:
            return list(dict.fromkeys(place[4][0] for place in socket.getaddrinfo(host, port)))
        self.asked[host] = times = self.asked.get(host, -1) + 1
        return NAMES[host][min(times, len(NAMES[host]) - 1)].split()


class Counter:
    """Answers at every address of this machine, and writes down at which it was asked.

    `/to?…` leads on; anything else is a secret.
    """

    def __init__(self) -> None:
        self.reached: list[str] = []
        for port in PORTS:
            listener = socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True
            )
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            address, port = connection.getsockname()[:2]
            self.reached.append(f"{address.removeprefix('::ffff:')} {port}")
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.settimeout(2)
            target = connection.recv(65536).decode("latin-1").partition(" ")[2].partition(" ")[0]
            to = parse_qs(urlsplit(target).query).get("to", [""])[0]
            status = f"302 Found\r\nLocation: {to}" if to else "200 OK"
            answer = f"HTTP/1.1 {status}\r\nContent-Length: 6\r\nConnection: close\r\n\r\nSECRET"
            connection.sendall(answer.encode())

    def wrong(self) -> list[str]:
        """Where it was asked and should not have been, since last time."""
        allowed = {f"{each} {port}" for each in (PUBLIC, PUBLIC6) for port in (80, 443)}
        wrong = [each for each in self.reached if each not in allowed]
        self.reached.clear()
        return wrong


def tricks() -> Iterator[tuple[str, str]]:
    """What each does, and the link."""
    aimed = [*(f"http://{host}/" for host in HOSTS), *LINKS]
    for link in aimed:
        yield "link", link
    for link in [*aimed, *(f"http://{name}/" for name in NAMES)]:
        yield "redirect", f"http://{PUBLIC}/to?to={_escaped(link)}"
    for name in NAMES:
        yield "name", f"http://{name}/"
    for scheme in ("http", "https"):
        yield "allowlist", f"{scheme}://media.lan.example.com/"
        yield "allowlist", f"{scheme}://media.lan@127.0.0.1/"


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def make_network() -> None:
    """Give this network namespace every address, each reachable."""
    run = lambda *words: subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: E731
    run("link", "set", "lo", "up")
    for address in (*FORBIDDEN, PUBLIC, PUBLIC6):
        if address in ("127.0.0.1", "127.1.2.3", "::1"):
            continue  # which lo has
        bits, more = (128, ("nodad",)) if ":" in address else (32, ())
        run("addr", "add", f"{address}/{bits}", "dev", "lo", *more)


def main(folder: Path) -> None:
    make_network()
    counter, results = Counter(), []
    for address in (*FORBIDDEN, PUBLIC, PUBLIC6):
        socket.create_connection((address, 80), 2).close()
    time.sleep(1)
    reachable = len(counter.wrong())
    policy = Policy.of(["media.lan", "169.254.0.0/16"])
    for number, (kind, link) in enumerate(tricks()):
        # With a network allowed that holds a metadata service: nobody means that.
        policy = Policy(policy.hosts, policy.networks, policy.ports, Names())
        path = folder / str(number)
        try:
            download(link, path, Way(policy, Bounds(1000, seconds=5)), lambda _fraction: None)
            code = f"got {path.read_bytes()!r}"
        except LinkError as error:
            code = error.code
        results.append({"kind": kind, "link": link, "code": code})
    time.sleep(1)  # what is under way arrives
    print(json.dumps({"reachable": reachable, "tricks": results, "reached": counter.wrong()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
