"""Key names as Playwright wants them, from the ways people and models write them."""

from __future__ import annotations

from actions.call import ActionError, show

_NAMES = (
    "Enter", "Escape", "Backspace", "Delete", "Tab", "Space", "Insert", "Home", "End", "PageUp", "PageDown",
    "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Control", "Shift", "Alt", "Meta", "CapsLock", "ContextMenu",
    *(f"F{number}" for number in range(1, 13)),
)  # fmt: skip
_ALIASES = {
    "return": "Enter", "esc": "Escape", "del": "Delete", "spacebar": "Space", "pgup": "PageUp", "pgdn": "PageDown",
    "page_up": "PageUp", "page_down": "PageDown", "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft",
    "right": "ArrowRight", "ctrl": "Control", "cmd": "Meta", "command": "Meta", "win": "Meta", "super": "Meta",
    "option": "Alt", "menu": "ContextMenu", "plus": "+",
}  # fmt: skip
_BY_FOLD = {name.casefold(): name for name in _NAMES} | _ALIASES
_MOST = 5


def chord(keys: str) -> str:
    """Keys joined by +, in Playwright's names. Raises ActionError for a key that there is none of."""
    text = keys.strip()
    # A + may be the last key of a chord, or alone.
    parts = [*text[:-1].rstrip("+").split("+"), "+"] if text.endswith("+") else text.split("+")
    names = [_name(part) for part in parts if part.strip()]
    if not names or len(names) > _MOST:
        raise ActionError(f"key: {show(keys)} is no key; write such as Enter, Escape, ArrowDown or Control+a.")
    return "+".join(names)


def _name(part: str) -> str:
    bare = part.strip()
    known = _BY_FOLD.get(bare.casefold())
    if known is not None:
        return known
    if len(bare) == 1 and " " < bare <= "~":
        return bare
    raise ActionError(f"key: there is no key {show(part)}; write such as Enter, Escape, ArrowDown or Control+a.")
