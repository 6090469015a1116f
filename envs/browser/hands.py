"""What a person's hands do: mouse, keyboard, lists and files, carried out in one tab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.async_api import Locator, Page

from actions.browser import (
    Click,
    DoubleClick,
    Drag,
    Hover,
    Key,
    RightClick,
    Scroll,
    SelectOption,
    TypeSecret,
    TypeText,
    UploadFile,
)
from actions.call import ActionError, show
from actions.point import Point
from envs.browser import at
from envs.browser.keys import chord
from envs.browser.tab import View
from envs.notices import Notices
from envs.vault import Vault

LONGEST = 5000
_STEPS = 10
_SHOWN = 60
# Its options open in a window of the system's, which no screenshot shows.
_LIST = "select:not([multiple]):not([size]), select[size='0'], select[size='1']"
_MANY_LINES = "textarea, [contenteditable]:not([contenteditable=false])"

Touch = Click | DoubleClick | RightClick | Hover | Drag | Scroll


class Hands:
    """Acts on one page.

    Args:
        view: what of the page the last screenshot shows.
        touch: tap instead of clicking.
        refusal: why a site is none of this task's; its fields get no secret.
    """

    def __init__(
        self,
        page: Page,
        view: View,
        notices: Notices,
        touch: bool = False,
        refusal: Callable[[str], str | None] | None = None,
    ) -> None:
        self._page = page
        self._view = view
        self._notices = notices
        self._touch = touch
        self._refusal = refusal

    async def point(self, action: Touch) -> None:
        mouse = self._page.mouse
        match action:
            case Click(point):
                x, y = self._view.css(point)
                if await self._tell_list(x, y):
                    return
                await (self._page.touchscreen.tap(x, y) if self._touch else mouse.click(x, y))
            case DoubleClick(point):
                await mouse.dblclick(*self._view.css(point))
            case RightClick(point):
                await mouse.click(*self._view.css(point), button="right")
            case Hover(point):
                await mouse.move(*self._view.css(point), steps=2)
            case Drag(start, end):
                await mouse.move(*self._view.css(start))
                await mouse.down()
                await mouse.move(*self._view.css(end), steps=_STEPS)
                await mouse.up()
            case Scroll(direction, amount, point):
                await mouse.move(*self._view.css(point or Point(0.5, 0.5)))
                down, right = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}[direction]
                await mouse.wheel(
                    right * amount * self._view.width / 10,
                    down * amount * self._view.height / 10,
                )

    @staticmethod
    async def let_go(page: Page) -> None:
        """Release what an action that was broken off may have left pressed."""
        await page.mouse.up()
        for modifier in ("Shift", "Control", "Alt", "Meta"):
            await page.keyboard.up(modifier)

    async def type(self, action: TypeText) -> None:
        """Type into what has the focus. A line end is text and never the Enter key. Raises ActionError."""
        if len(action.text) > LONGEST:
            raise ActionError(f"type: at most {LONGEST} characters at a time.")
        keyboard = self._page.keyboard
        lines = action.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(lines) > 1 and not await (await at.focus(self._page)).has(_MANY_LINES):
            raise ActionError("type: the field with the focus takes one line; leave the line ends out.")
        for number, line in enumerate(lines):
            if number:
                await keyboard.insert_text("\n")
            await keyboard.type(line)
        if action.submit:
            await keyboard.press("Enter")

    async def type_secret(self, action: TypeSecret, vault: Vault) -> None:
        """Type a secret into a field, which from then on shows dots. Raises ActionError."""
        value = vault.value(action.secret)
        if value is None:
            known = ", ".join(vault.labels) or "none"
            raise ActionError(f"type_secret: there is no secret {show(action.secret)}; there are: {known}.")
        place = await at.focus(self._page)
        field = place.nearest("input, textarea")
        if not await field.count():
            raise ActionError("type_secret: no text field has the focus; click the field first.")
        handle = await field.element_handle(timeout=at.PATIENCE)
        frame = await handle.owner_frame()
        while frame is not None and frame.url.startswith("about:") and frame.parent_frame is not None:
            frame = frame.parent_frame  # a document that its parent wrote
        if frame is None or (self._refusal is not None and self._refusal(frame.url) is not None):
            raise ActionError("type_secret: the field belongs to another site, which is not given secrets.")
        await field.evaluate("e => e.style.setProperty('-webkit-text-security', 'disc', 'important')")
        await self._page.keyboard.type(value)

    async def press(self, action: Key) -> None:
        await self._page.keyboard.press(chord(action.keys))

    async def select(self, action: SelectOption) -> None:
        """Choose an option by its label. Raises ActionError naming the options there are."""
        place = await at.point(self._page, *self._view.css(action.point))
        if not await place.has("select"):
            raise ActionError("select_option: there is no list at this point.")
        field = place.nearest("select")
        if await field.is_disabled(timeout=at.PATIENCE):
            raise ActionError("select_option: this list cannot be changed now.")
        options = await _options(field)
        wanted = " ".join(action.option.split())
        label = next((option for option in options if option == wanted), None) or next(
            (option for option in options if option.casefold() == wanted.casefold()), None
        )
        if label is None:
            raise ActionError(f"select_option: the list has no {show(action.option)}. It has: {self._listed(options)}.")
        index = options.index(label)
        if await field.locator("option").nth(index).is_disabled(timeout=at.PATIENCE):
            raise ActionError(f"select_option: {show(label)} cannot be chosen now.")
        await field.select_option(index=index, timeout=at.PATIENCE)

    async def upload(self, action: UploadFile, folder: Path) -> None:
        """Give a file of the folder to the file field at the point. Raises ActionError."""
        path = allowed_file(folder, action.file)
        if action.point is None:
            raise ActionError("upload_file: no page asks for a file; give the point of a file field.")
        place = await at.point(self._page, *self._view.css(action.point))
        field = place.nearest("input[type=file]")
        if not await field.count():
            field = place.nearest("label").locator("input[type=file]")
        if not await field.count():
            raise ActionError("upload_file: there is no file field at this point; click what opens the file choice.")
        await field.set_input_files(path, timeout=at.PATIENCE)

    async def _tell_list(self, x: float, y: float) -> bool:
        """Whether there is a drop-down list at (x, y); its options are told instead of being drawn."""
        if not await at.may_be(self._page, x, y, _LIST):
            return False
        place = await at.point(self._page, x, y)
        if not await place.has(_LIST):
            return False
        field = place.nearest(_LIST)
        if await field.is_disabled(timeout=at.PATIENCE):
            self._notices.say("This list cannot be changed now.")
            return True
        await field.focus(timeout=at.PATIENCE)
        self._notices.say(f"A list, to be chosen from with select_option: {self._listed(await _options(field))}.")
        return True

    def _listed(self, options: list[str]) -> str:
        shown = ", ".join(f"“{self._notices.quote(option, 40)}”" for option in options[:_SHOWN])
        return shown + (f" and {len(options) - _SHOWN} more" if len(options) > _SHOWN else "") or "nothing"


async def _options(field: Locator) -> list[str]:
    return [" ".join(text.split()) for text in await field.locator("option").all_text_contents()]


def allowed_file(folder: Path, name: str) -> Path:
    """The file of that name in the folder, links resolved. Raises ActionError for any other place."""
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        found = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # too long, or with a null byte in it
        found = False
    if not found:
        files = sorted(entry.name for entry in root.iterdir() if entry.is_file())[:20]
        raise ActionError(f"upload_file: there is no file {show(name)}; there are: {', '.join(files) or 'none'}.")
    return path
