"""`uiautomator dump`: the nodes on the screen as XML."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from envs.android.standin.system import Answer, System, failed, said

_DEFAULT = "/sdcard/window_dump.xml"
_PRINTED = frozenset(("/dev/tty", "/dev/stdout", "/proc/self/fd/1"))


async def uiautomator(system: System, args: list[str], cwd: str) -> Answer:
    """`uiautomator dump [--compressed] [path]`"""
    if args[:1] != ["dump"]:
        return failed("Usage: uiautomator <subcommand> [options]\n", code=1)
    paths = [word for word in args[1:] if not word.startswith("--")]
    path = paths[0] if paths else _DEFAULT
    if system.faults.never_idle:
        return failed("ERROR: could not get idle state.\n", code=0)
    nodes, front = await system.screen.hierarchy(), (await system.screen.status()).get("package")
    # Only the window with the focus is told, as on a phone: not the status bar above it, not the keyboard below.
    window = [node for node in nodes if node.get("package") == front]
    xml = document(window or nodes, await system.rotation(), await system.screen.size())
    if path in _PRINTED:
        return said(f"{xml}UI hierchary dumped to: {path}\n")
    try:
        system.root.locate(path, cwd).write_text(xml, encoding="utf-8")
    except OSError as error:
        return failed(f"java.io.FileNotFoundException: {path}: open failed: {error.strerror}\n", code=1)
    return said(f"UI hierchary dumped to: {path}\n")  # spelled so in uiautomator


def document(nodes: list[dict[str, Any]], rotation: int, size: tuple[int, int]) -> str:
    """The dump: the nodes in reading order inside one frame as large as the display."""
    width, height = size
    package = str(nodes[0].get("package", "")) if nodes else "android"
    frame = {"class": "android.widget.FrameLayout", "package": package, "bounds": [0, 0, width, height]}
    inner = "".join(f"{_opened(node, index)} />" for index, node in enumerate(nodes))
    return (
        f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><hierarchy rotation=\"{rotation}\">"
        f"{_opened(frame, 0)}>{inner}</node></hierarchy>"
    )


def _opened(node: dict[str, Any], index: int) -> str:
    left, top, right, bottom = node["bounds"]
    editable = bool(node.get("editable"))
    clickable = bool(node.get("clickable"))
    checked = node.get("checked")
    attributes: dict[str, object] = {
        "index": index,
        "text": node.get("text") or "",
        "resource-id": node.get("resource_id") or "",
        "class": node.get("class") or "android.view.View",
        "package": node.get("package") or "",
        "content-desc": node.get("content_desc") or "",
        "checkable": checked is not None,
        "checked": bool(checked),
        "clickable": clickable,
        "enabled": node.get("enabled", True),
        "focusable": clickable or editable,
        "focused": bool(node.get("focused")),
        "scrollable": bool(node.get("scrollable")),
        "long-clickable": bool(node.get("long_clickable", editable)),
        "password": bool(node.get("password")),
        "selected": bool(node.get("selected")),
        "bounds": f"[{left},{top}][{right},{bottom}]",
    }
    return "<node " + " ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _quoted(value: object) -> str:
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    # Characters XML has no way to write are shown as dots, as AccessibilityNodeInfoDumper does.
    text = "".join(one if one in "\t\n\r" or one.isprintable() else "." for one in str(value))
    return quoteattr(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
