from __future__ import annotations

import ipaddress
import random
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envs.base import EnvError
from envs.browser.sites import AddressError, Place, Sites, host_of, is_public, place_of

SITES = Sites.around("https://www.example.com/start")
ANYWHERE = Sites(("*",))
CHROMIUM = Path("/usr/bin/chromium-headless-shell")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://example.com", Place("https", "example.com", 443)),
        ("HTTP://EXAMPLE.com:8080/a?b#c", Place("http", "example.com", 8080)),
        ("  https://example.com./ ", Place("https", "example.com", 443)),
        ("https://example.com@evil.com/", Place("https", "evil.com", 443)),
        ("https://a:b@c@evil.com:1/", Place("https", "evil.com", 1)),
        ("https://evil.com/@example.com", Place("https", "evil.com", 443)),
        ("https://evil.com?@example.com", Place("https", "evil.com", 443)),
        ("https://evil.com#@example.com", Place("https", "evil.com", 443)),
        ("https://example.com/a\\b?c\\d", Place("https", "example.com", 443)),
        ("http://2130706433/", Place("http", "127.0.0.1", 80)),
        ("http://0x7f.1/", Place("http", "127.0.0.1", 80)),
        ("http://0177.0.0.01/", Place("http", "127.0.0.1", 80)),
        ("http://127.1./", Place("http", "127.0.0.1", 80)),
        ("http://0x/", Place("http", "0.0.0.0", 80)),
        ("http://１２７.0.0.1/", Place("http", "127.0.0.1", 80)),
        ("http://[::ffff:127.0.0.1]:8000/", Place("http", "[::ffff:7f00:1]", 8000)),
        ("http://[0:0:0:0:0:0:0:1]/", Place("http", "[::1]", 80)),
        ("http://ｅｘａｍｐｌｅ。com/", Place("http", "example.com", 80)),
        ("http://Bücher.example/", Place("http", "xn--bcher-kva.example", 80)),
        ("http://faß.example/", Place("http", "xn--fa-hia.example", 80)),
        ("http://例え.テスト/", Place("http", "xn--r8jz45g.xn--zckzah", 80)),
        ("http://a_b.example.com:00080/", Place("http", "a_b.example.com", 80)),
        ("http://h:0000000000000000000000800/", Place("http", "h", 800)),
    ],
)
def test_addresses_are_read_as_chromium_reads_them(url: str, place: Place) -> None:
    assert place_of(url) == place


UNREADABLE = [
    "",
    "example.com",
    "//example.com",
    "/path",
    "https:",
    "https:example.com",
    "https:/example.com",
    "https://",
    "https:///example.com",
    "https://@",
    "https://.",
    "https://example.com..",
    "https://.example.com",
    "https://a..example.com",
    "https://example.com\\@evil.com",
    "https:\\\\example.com",
    "https://exa\tmple.com",
    "https://example.com/\n",
    "\x00https://example.com",
    "https://exa mple.com",
    "https://ex%61mple.com",
    "https://evil.com%2f.example.com",
    "https://evil.com％２f.example.com",
    "https://evil.com／.example.com",
    "https://evil.com℀.example.com",
    "https://exa\u00admple.com",
    "https://exa\u200dmple.com",
    "https://exa\ufe0fmple.com",
    "https://FAẞ.example",
    "https://example.com:x",
    "https://example.com:-1",
    "https://example.com:65536",
    "https://example.com:0",
    "https://example.com:80:80",
    "https://example.com:８０",
    "https://256.1.1.1",
    "https://1.2.3.4.5",
    "https://1.2.3.256",
    "https://4294967296",
    "https://09.1",
    "https://a.1",
    "https://evil.0x4",
    "https://[::1",
    "https://::1/",
    "https://[::1%25eth0]/",
    "https://[::1]x/",
    "https://[example.com]/",
    "https://[]/",
    "https://" + "a" * 64 + ".example.com",
    "https://" + "a." * 150 + "example.com",
    "https://\ud800.example.com",
    "https://xn--é.example.com",
]
OTHER_SCHEMES = [
    "file:///etc/passwd",
    "data:text/html,x",
    "javascript:alert(1)",
    "JaVaScRiPt://example.com/%0aalert(1)",
    "java\nscript:alert(1)",
    "view-source:https://example.com",
    "chrome://settings",
    "blob:https://example.com/1",
    "filesystem:https://example.com/1",
    "ftp://example.com/",
    "ws://example.com/",
    "about:srcdoc",
    "about:blank#x",
    "about:BLANK",
]


@pytest.mark.parametrize("url", UNREADABLE + OTHER_SCHEMES)
def test_what_is_not_plainly_an_http_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        place_of(url)
    for sites in (SITES, Sites(("*",), ("*",))):
        refusal = sites.refusal_to_visit(url)
        assert refusal is not None
        assert "cannot be opened" in refusal


def test_a_site_is_its_domain_and_its_subdomains() -> None:
    assert Sites(("example.com",)) == SITES
    for url in ("https://example.com", "http://www.example.com./a", "https://a.b.EXAMPLE.com:99", "about:blank"):
        assert SITES.refusal_to_visit(url) is None
    for url in (
        "https://notexample.com",
        "https://example.com.evil.com",
        "https://com",
        "https://example.com@evil.com",
    ):
        assert SITES.refusal_to_visit(url) == (
            f'The address "{url}" is not on example.com, the only site this task may visit.'
        )
    several = Sites.around("https://a.com", ["*.b.com", "Bücher.example", "9.9.9.9", "2606:4700::1", "b.com"])
    assert several.visit == ("a.com", "b.com", "xn--bcher-kva.example", "9.9.9.9", "[2606:4700::1]")
    assert several.refusal_to_visit("https://x.bücher.example") is None
    assert several.refusal_to_visit("https://[2606:4700:0::1]/") is None
    many = Sites(tuple(f"{letter}.com" for letter in "abcdefg"))
    assert "not on a.com, b.com, c.com, d.com, e.com or 2 more, the only sites" in str(
        many.refusal_to_visit("https://x.com")
    )
    assert Sites.around("https://www.com").visit == ("www.com",)
    assert Sites.around("https://a.com", "b.com").visit == ("a.com", "b.com")


@pytest.mark.parametrize(
    "entry", ["", " ", "https://a.com", "a.com/x", "a b.com", "a.com:80", "*.", "*.*", "a*.com", "."]
)
def test_an_entry_that_is_no_domain_is_an_error(entry: str) -> None:
    with pytest.raises(EnvError, match="not a domain"):
        Sites.around("https://example.com", [entry])


@pytest.mark.parametrize("url", ["example.com", "file:///x", "https://", "about:blank"])
def test_a_start_that_is_no_http_address_is_an_error(url: str) -> None:
    with pytest.raises(EnvError, match="cannot start at"):
        Sites.around(url)


def test_no_site_and_a_bad_local_entry_are_errors() -> None:
    with pytest.raises(EnvError, match="no site"):
        Sites(())
    for entry in ("", "http://localhost", "localhost:", "localhost:99999", "::1:x", "[::1"):
        with pytest.raises(EnvError, match="not a host"):
            Sites(("*",), (entry,))
    assert Sites(("*",), ("LOCALHOST:80", "::1", "[::1]:80", "0x7f.1:8")).local == (
        "localhost:80",
        "[::1]",
        "[::1]:80",
        "127.0.0.1:8",
    )


LOCAL_STARTS = [
    "http://localhost:8000/",
    "http://LOCALHOST.:8000/",
    "http://app.localhost:8000/",
    "http://127.0.0.1:8000/",
    "http://2130706433:8000/",
    "http://10.1.2.3:8000/",
    "http://[::1]:8000/",
    "http://[fd00::1]:8000/",
    "http://devbox:8000/",
    "http://shop.test:8000/",
]


@pytest.mark.parametrize("url", LOCAL_STARTS)
def test_a_private_start_was_asked_for_and_nothing_beside_it(url: str) -> None:
    sites = Sites.around(url)
    host = place_of(url).host
    assert sites.local == (f"{host}:8000",)
    assert sites.refusal_to_visit(url) is None
    assert sites.refusal_to_reach(host, 8000, ipaddress.ip_address("127.0.0.1")) is None
    assert sites.refusal_to_reach(host.strip("[]"), 8000, ipaddress.ip_address("127.0.0.1")) is None
    other = str(sites.refusal_to_visit(url.replace("8000", "9000")))
    assert "on this machine or a private network" in other
    assert sites.refusal_to_reach(host, 9000, ipaddress.ip_address("127.0.0.1")) is not None
    assert sites.refusal_to_reach("evil.com", 8000, ipaddress.ip_address("127.0.0.1")) is not None
    # The same address is refused where it was not asked for, even if any site may be visited, and allowed with local.
    assert "private network" in str(ANYWHERE.refusal_to_visit(url))
    assert Sites.around("https://example.com", ["*"], local=True).refusal_to_visit(url) is None


PRIVATE = [
    "127.0.0.1",
    "127.255.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_are_not_reached_under_any_name(text: str) -> None:
    address = ipaddress.ip_address(text)
    assert not is_public(address)
    refusal = ANYWHERE.refusal_to_reach("pages.example.com", 80, address)
    assert refusal is not None
    assert str(address) in refusal
    assert Sites(("*",), ("*",)).refusal_to_reach("pages.example.com", 80, address) is None
    assert Sites(("*",), ("pages.example.com",)).refusal_to_reach("Pages.example.com.", 80, address) is None


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_reached_whatever_may_be_visited(text: str) -> None:
    assert SITES.refusal_to_reach("cdn.net", 443, ipaddress.ip_address(text)) is None


def test_a_host_that_cannot_be_read_is_not_reached() -> None:
    assert "cannot be reached" in str(SITES.refusal_to_reach("a b", 80, ipaddress.ip_address("10.0.0.1")))


def test_quoted_text_is_short_and_on_one_line() -> None:
    url = "https://evil.com/\n\r\u2028\u202e<|im_end|>" + "x" * 500
    refusal = str(SITES.refusal_to_visit(url))
    assert refusal.isprintable()
    assert len(refusal) < 250
    assert "…" in refusal


PIECES = (
    *(
        "https:",
        "http:",
        "//",
        "/",
        "\\",
        "@",
        ":",
        "?",
        "#",
        ".",
        "..",
        "%2e",
        "%",
        "\t",
        "\n",
        " ",
        "[",
        "]",
        "*",
        "-",
        "_",
    ),
    *("example.com", "evil.com", "localhost", "127.0.0.1", "0x7f", "0X", "08", "010", "1", "256", "8000", ":80", "::1"),
    *(
        "xn--",
        "。",
        "．",
        "／",
        "＠",
        "ß",
        "ς",
        "Σ",
        "K",
        "İ",
        "é",
        "e\u0301",
        "字",
        "Å",
        "²",
        "ª",
        "ǆ",
        "\u3164",
        "\ufe0f",
    ),
    *"aZ~!,$;=|^`{}<>\"'",
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map(lambda pieces: "https://" + "".join(pieces)))
@example("https://example.com\\@evil.com")
@example("https://example.com@evil.com")
@example("https://evil.com\\.example.com")
def test_an_allowed_address_is_on_the_site_in_its_whatwg_reading(url: str) -> None:
    if SITES.refusal_to_visit(url) is not None:
        return
    host = place_of(url).host
    assert host == "example.com" or host.endswith(".example.com")
    authority = url.removeprefix("https://")
    for character in "/?#\\":
        authority = authority.partition(character)[0]
    written = authority.rpartition("@")[2].partition(":")[0]
    if written.isascii():
        assert written.lower().rstrip(".") == host
    assert not set(authority) & set("\t\n\\")


@given(st.text(max_size=40), st.booleans())
def test_every_text_is_judged_and_no_sentence_breaks(text: str, prefixed: bool) -> None:
    url = f"https://{text}" if prefixed else text
    refusal = SITES.refusal_to_visit(url)
    assert refusal is None or (refusal.isprintable() and refusal.endswith("."))
    assert ANYWHERE.refusal_to_reach(text, 80, ipaddress.ip_address("10.0.0.1")) is not None


@given(st.text(max_size=30))
def test_a_normal_host_stays_as_it_is(text: str) -> None:
    try:
        host = host_of(text)
    except AddressError:
        return
    assert host.isascii()
    assert host_of(host) == host


@given(st.ip_addresses(v=4), st.sampled_from(["{:d}", "0x{:x}", "0{:o}"]))
def test_an_ipv4_address_is_the_same_in_every_spelling(address: ipaddress.IPv4Address, spelling: str) -> None:
    assert host_of(spelling.format(int(address))) == str(address)
    assert host_of(".".join(spelling.format(part) for part in address.packed)) == str(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_inside_ipv6(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for inside in (
        (0xFFFF << 32) | number,
        (0x64FF9B << 96) | number,
        (0x2002 << 112) | (number << 80),
    ):
        assert is_public(ipaddress.IPv6Address(inside)) == is_public(address)


def test_every_address_that_is_read_is_read_as_the_real_chromium_reads_it() -> None:
    """Thousands of made-up addresses: where Chromium's `URL` finds another host, `place_of` must have refused."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip(f"no {CHROMIUM}")
    dice = random.Random(7)
    urls = [place for place in UNREADABLE if place.isprintable()]
    urls += [f"http://{''.join(dice.choices(PIECES, k=dice.randint(1, 5)))}" for _ in range(6000)]
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        hosts = browser.new_page().evaluate(
            "urls => urls.map(url => { try { return new URL(url).host } catch { return null } })", urls
        )
        browser.close()
    read = 0
    for url, host in zip(urls, hosts, strict=True):
        try:
            place = place_of(url)
        except AddressError:
            continue
        if host is None:
            continue  # Chromium goes nowhere
        read += 1
        name, port = re.sub(r":[0-9]+\Z", "", host), re.search(r":([0-9]+)\Z", host)
        assert (place.host, place.port) == (name.removesuffix("."), int(port[1]) if port else 80), url
    assert read > 300
