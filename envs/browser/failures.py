"""What Playwright and Chromium say of failures, in words for the model."""

from __future__ import annotations

from urllib.parse import urlsplit

from envs.notices import plain


def host(url: str) -> str:
    """The host and port of an address, without whoever it names as its user; the address itself if it has none."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def reason(error: BaseException | None) -> str:
    """The first line of what Playwright says, without its call's name."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return plain(text.partition(": ")[2] or text, 150).rstrip(".")


def explain(failure: str) -> str:
    """A network failure in words."""
    if "ERR_CERT" in failure or "ERR_SSL" in failure:
        return f"its certificate is not valid ({failure}), and such a site is not visited"
    words = {
        "ERR_NAME_NOT_RESOLVED": "there is no such site",
        "ERR_CONNECTION_REFUSED": "it refuses connections",
        "ERR_CONNECTION_RESET": "it broke the connection off",
        "ERR_EMPTY_RESPONSE": "it answered nothing",
        "ERR_TUNNEL_CONNECTION_FAILED": "it may not be reached or does not answer",
        "ERR_TIMED_OUT": "it did not answer in time",
        "ERR_TOO_MANY_REDIRECTS": "it redirects without end",
    }
    return next((text for name, text in words.items() if name in failure), plain(failure, 100) or "it failed")
