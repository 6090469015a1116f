"""Which pages an agent may visit and which machines its browser may reach.

An address is read as Chromium reads it (https://url.spec.whatwg.org), with one difference: where the standard repairs
an address, and other programs repair it differently, it is refused instead. So whatever is allowed here means the same
host to everyone; the repairs that are made (upper case, numbers as IPv4, full-width letters) have one outcome only.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from envs.base import EnvError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_QUOTED = 80
"""Characters of foreign text repeated in a sentence."""
_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_IGNORED = re.compile(
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
"""Unicode's default ignorable code points, some of them letters: Chromium leaves them out of a name."""
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HOST_SERVICE = ipaddress.IPv4Address("168.63.129.16")
"""Azure's metadata and agent service: global by its number, answered by the machine's own host."""
_LOCAL_DOMAINS = ("localhost", "local", "internal", "home.arpa", "test")
"""RFC 6761, 6762 and 8375, and ICANN's .internal: names that no public server answers."""


class AddressError(ValueError):
    """An address that cannot be read in one way only; its message says why, as a clause without a full stop."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an http(s) address leads: the ASCII host as `host_of` gives it, and the port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Sites:
    """What one task may touch. Entries are normalised; an entry that is none raises EnvError.

    Args:
        visit: domains whose pages may be shown, each with its subdomains; "*" is any.
        local: "host" or "host:port" (IPv6 in brackets) on this machine or a private network that were asked for; "*" is
            all of them. A host counts by its name: "localhost:80" does not allow 127.0.0.1:80.
    """

    visit: tuple[str, ...]
    local: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.visit:
            raise EnvError('no site may be visited: name one at least, or "*" for any')
        object.__setattr__(self, "visit", tuple(dict.fromkeys(map(_domain, self.visit))))
        object.__setattr__(self, "local", tuple(dict.fromkeys(map(_local_entry, self.local))))

    @classmethod
    def around(cls, url: str, allow: Sequence[str] = (), local: bool = False) -> Sites:
        """The default for a start address: its site and the domains in `allow`.

        A start address on this machine or a private network was asked for, so its own host and port may be reached;
        no other private address may, unless `local`.

        Raises:
            EnvError: `url` is no http(s) address with a host, or an entry of `allow` is not a domain.
        """
        if isinstance(allow, str):  # which is a sequence of strings as well
            allow = (allow,)
        try:
            place = place_of(url)
        except AddressError as error:
            raise EnvError(f"cannot start at {_quote(url)}: {error}") from error
        bare = place.host.removeprefix("www.")
        # "www.com" is a site like any other; without its "www." it would be a whole top-level domain.
        site = bare if "." in bare else place.host
        asked = (f"{place.host}:{place.port}",) if _is_local(place.host) else ()
        return cls((site, *allow), ("*",) if local else asked)

    def refusal_to_visit(self, url: str) -> str | None:
        """Why a page may not be shown, as a sentence for the model, or None when it may."""
        if url == "about:blank":
            return None
        try:
            place = place_of(url)
        except AddressError as error:
            return f"The address {_quote(url)} cannot be opened: {error}."
        if not any(_is_within(place.host, domain) for domain in self.visit):
            sites = "site" if len(self.visit) == 1 else "sites"
            return f"The address {_quote(url)} is not on {_listed(self.visit)}, the only {sites} this task may visit."
        if _is_local(place.host) and not self._asked_for(place.host, place.port):
            return f"The address {_quote(url)} is on this machine or a private network, which this task may not visit."
        return None

    def refusal_to_reach(self, host: str, port: int, address: IPAddress) -> str | None:
        """Why no connection to `address` may be opened for `host`, which resolved to it, or None when it may."""
        if is_public(address):
            return None
        try:
            if self._asked_for(host_of(host), port):
                return None
        except AddressError as error:
            return f"The host {_quote(host)} cannot be reached: {error}."
        resolved = "" if host.strip("[]") == str(address) else f" ({address})"
        return (
            f"The host {_quote(host)}{resolved}, port {port}, is on this machine or a private network, "
            "which this task may not reach."
        )

    def _asked_for(self, host: str, port: int) -> bool:
        return any(entry in self.local for entry in ("*", host, f"{host}:{port}"))


def place_of(url: str) -> Place:
    """Where an absolute http(s) address leads. Raises AddressError if it does not plainly lead anywhere."""
    url = url.strip(" ")
    if _CONTROL.search(url):
        raise AddressError("it has a line break, tab or control character in it")
    scheme = _SCHEME.match(url)
    name = scheme[1].lower() if scheme else ""
    if scheme is None or name not in _PORTS:
        raise AddressError("only full addresses that start with http:// or https:// may be visited")
    rest = url[scheme.end() :]
    if not rest.startswith("//"):
        raise AddressError(f"{name}: must be followed by //")
    authority, *_ = re.split(r"[/?#]", rest[2:], maxsplit=1)
    if "\\" in authority:
        raise AddressError("it has a backslash in its host")
    _, _, host = authority.rpartition("@")
    return Place(name, *host_and_port(host, _PORTS[name]))


def host_and_port(text: str, default: int | None = None) -> tuple[str, int]:
    """The host (as `host_of` gives it) and port of "host:port". Raises AddressError, also for a port that is missing
    when there is no default."""
    parts = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]*))?", text)
    if parts is None:
        raise AddressError("its host or port cannot be read")
    digits = (parts[2] or "").lstrip("0")
    port = default if not parts[2] else int(digits) if 0 < len(digits) <= 5 else 0
    if port is None or not 0 < port < 65536:
        raise AddressError("its port is not a number from 1 to 65535")
    return host_of(parts[1]), port


def host_of(text: str) -> str:
    """A host in the one form that is compared: lower-case ASCII without a final dot, IPv4 as four decimal numbers,
    IPv6 compressed and in brackets. Raises AddressError."""
    if text.startswith("[") or ":" in text:
        return _ipv6(text)
    host = text if text.isascii() else _mapped(text)
    labels = host.lower().removesuffix(".").split(".")
    if labels == [""]:
        raise AddressError("it has no host")
    labels = [_ascii(label) for label in labels]
    name = ".".join(labels)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError("its host is not a valid name")
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else name


def literal(host: str) -> IPAddress | None:
    """The IP address that a host in the form of `host_of` is, or None if it is a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def is_public(address: IPAddress) -> bool:
    """Whether an address is a global unicast one, and so are the IPv4 addresses that it may stand for."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address != _HOST_SERVICE
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return is_public(inner)
    # is_global alone says True of ::127.0.0.1, of fec0:: and of blocks that nobody has been given.
    return address in _GLOBAL_UNICAST and address.is_global


def _is_local(host: str) -> bool:
    """Whether a normalised host is private as far as its name tells; names without a dot are a network's own."""
    address = literal(host)
    if address is not None:
        return not is_public(address)
    return "." not in host or any(_is_within(host, domain) for domain in _LOCAL_DOMAINS)


def _is_within(host: str, domain: str) -> bool:
    return domain in ("*", host) or host.endswith(f".{domain}")


def _domain(entry: str) -> str:
    """An entry of Sites.visit, normalised. Raises EnvError."""
    if entry == "*":
        return entry
    try:
        return host_of(entry.removeprefix("*."))
    except AddressError as error:
        raise EnvError(f"{_quote(entry)} is not a domain such as example.com: {error}") from error


def _local_entry(entry: str) -> str:
    """An entry of Sites.local, normalised. Raises EnvError."""
    if entry == "*":
        return entry
    try:
        if re.search(r"[^:]:[0-9]+\Z", entry) and (entry.startswith("[") or entry.count(":") == 1):
            host, port = host_and_port(entry)
            return f"{host}:{port}"
        return host_of(entry)
    except AddressError as error:
        raise EnvError(f"{_quote(entry)} is not a host such as localhost or 127.0.0.1:8000: {error}") from error


def _ipv6(text: str) -> str:
    digits = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        if "%" in digits:
            raise ValueError("an address with a zone means nothing to a server")
        return f"[{ipaddress.IPv6Address(digits)}]"
    except ValueError as error:
        raise AddressError("its host is not a valid IPv6 address") from error


def _ipv4(labels: list[str]) -> str:
    """The address that Chromium makes of numbers: octal, hexadecimal, and fewer than four (the last fills the rest)."""
    try:
        numbers = [_number(label) for label in labels]
        *first, last = numbers
        if len(numbers) > 4 or any(number > 255 for number in first) or last >= 256 ** (5 - len(numbers)):
            raise ValueError("out of range")
    except ValueError as error:
        raise AddressError("its host is not a valid IPv4 address") from error
    high = sum(number << (24 - 8 * place) for place, number in enumerate(first))
    return str(ipaddress.IPv4Address(high + last))


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise ValueError("not a number")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") and len(label) > 1 else 10)


def _mapped(text: str) -> str:
    """An internationalised host as UTS 46 maps it, for letters, marks and digits; other characters are refused.

    So are letters that the standard maps in ways of their own, not by lower case: capital sharp s, Cherokee.
    """
    lower = "".join(character.lower() for character in text)  # one by one: a final Σ is σ here, and not ς
    mapped = "".join(character.lower() for character in unicodedata.normalize("NFKC", lower)).replace("。", ".")
    mapped = unicodedata.normalize("NFC", mapped)
    plain = all(character in "ßς" or character.casefold() == character for character in mapped)
    invented = "ẞ" in text or ("ς" in mapped and "ς" not in text)
    if not plain or invented or not all(_is_letter(character) for character in text.replace("。", "") + mapped):
        raise AddressError("its host has characters that do not belong in a name")
    return mapped


def _is_letter(character: str) -> bool:
    if _IGNORED.match(character):
        return False
    return character in "-_.．｡" or unicodedata.category(character) in ("Ll", "Lu", "Lo", "Lm", "Mn", "Mc", "Nd")


def _ascii(label: str) -> str:
    if label.isascii():
        return label
    if label.startswith("xn--"):
        raise AddressError("its host is not a valid name")
    return "xn--" + label.encode("punycode").decode("ascii")


def _listed(domains: tuple[str, ...]) -> str:
    shown = [_cut(domain) for domain in domains[:5]]
    if len(domains) > len(shown):
        return f"{', '.join(shown)} or {len(domains) - len(shown)} more"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _quote(text: str) -> str:
    return f'"{_cut(text)}"'


def _cut(text: str) -> str:
    """Foreign text on one line and no longer than fits a sentence."""
    line = "".join(character if character.isprintable() else " " for character in text[: _QUOTED + 1])
    return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"
