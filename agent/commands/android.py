"""`visuomotor android`: single actions on a phone, by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from PIL import Image
from rich.markup import escape
from rich.table import Table

from actions.call import ActionError
from actions.screen import Direction
from agent.commands.show import console
from agent.record import RecordError
from envs.android import devices as phones
from envs.android.apps import Apps
from envs.android.camera import Camera, RefusedError
from envs.android.keyboard import Keyboard
from envs.android.loans import current_method
from envs.android.options import AndroidOptions, Backend, Capture
from envs.android.phone import BUTTONS
from envs.android.shell import Line, Shell, line
from envs.android.state import ask_state
from envs.android.touch import SWIPE, swipe_path
from envs.base import EnvError
from envs.notices import Notices, plain

app = typer.Typer(help="Single actions on a phone, by hand.", no_args_is_help=True)

Serial = Annotated[str, typer.Option(help="HOST:PORT or a serial number; needed when there are several phones.")]
BackendName = Annotated[str, typer.Option(help="auto, direct (TCP, USB) or server (an adb server).")]
Host = Annotated[str, typer.Option(help="Of the adb server.")]
Port = Annotated[int, typer.Option(help="Of the adb server.")]
Points = Annotated[
    list[str], typer.Argument(help="X Y in pixels, or X,Y as parts of the screen: 540 1200, or 0.5,0.5.")
]
_RELATIVE = re.compile(r"([01]?\.?\d*),([01]?\.?\d*)")
_KEYCODE = re.compile(r"\d{1,3}|KEYCODE_[A-Z0-9_]+")


def options_for(serial: str, backend: str, host: str, port: int) -> AndroidOptions:
    """Options from what was typed. Raises EnvError."""
    return AndroidOptions(serial=serial, backend=cast(Backend, backend), host=host, port=port)


@contextmanager
def reached(serial: str, backend: str, host: str, port: int) -> Iterator[Shell]:
    """A phone's shell. What the driver would tell a model ends the command in a sentence."""
    options = options_for(serial, backend, host, port)
    shell = Shell(phones.connect(options), options.limits)
    try:
        yield shell
    except ActionError as error:
        raise EnvError(str(error)) from error
    finally:
        shell.close()


@app.command()
def devices(
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """List the phones on USB and those an adb server knows; those on the network answer when named."""
    found = phones.devices(options_for("", backend, host, port))
    if not found:
        console.print(
            "no phone was found: turn on USB debugging and plug it in; one on the network is --serial HOST:PORT"
        )
    table = Table("serial", "by", "state", box=None)
    for device in found:
        table.add_row(escape(device.serial), device.via, device.state)
    if found:
        console.print(table)


@app.command()
def tap(
    at: Points, serial: Serial = "", backend: BackendName = "auto", host: Host = "127.0.0.1", port: Port = 5037
) -> None:
    """Tap once."""
    with reached(serial, backend, host, port) as shell:
        ((x, y),) = read_points(at, 1, size_of(shell))
        _do(shell, line("input", "tap", x, y))
    console.print(f"tapped {x} {y}")


@app.command()
def swipe(
    at: Annotated[list[str], typer.Argument(help="up, down, left, right; or two points: X Y X Y, or X,Y X,Y.")],
    milliseconds: Annotated[int, typer.Option(min=1, max=60_000, help="How long the finger takes.")] = SWIPE,
    serial: Serial = "",
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """Move a finger over the screen: up shows what is further down."""
    with reached(serial, backend, host, port) as shell:
        width, height = size_of(shell)
        if len(at) == 1 and at[0] in get_args(Direction):
            start, end = (point.to_pixels(width, height) for point in swipe_path(cast(Direction, at[0]), None))
        else:
            start, end = read_points(at, 2, (width, height))
        _do(shell, line("input", "swipe", *start, *end, milliseconds), milliseconds / 1000)
    console.print(f"swiped from {start[0]} {start[1]} to {end[0]} {end[1]}")


@app.command("type")
def type_(
    text: Annotated[str, typer.Argument(help="Any characters; a line end is the Enter key.")],
    submit: Annotated[bool, typer.Option("--submit", help="Press Enter at the end.")] = False,
    serial: Serial = "",
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """Type into the field that has the focus."""
    with reached(serial, backend, host, port) as shell:
        notices = Notices(lambda said: said)
        keyboard = Keyboard(shell, notices)
        try:
            keyboard.type(text, submit)
        finally:
            problem = keyboard.give_back()
        for said in (*notices.take(), problem):
            if said:
                console.print(escape(said))
    console.print(f"typed {len(text)} characters")


@app.command()
def key(
    name: Annotated[str, typer.Argument(help=f"{', '.join(BUTTONS)}, or a KEYCODE_ name or number.")],
    serial: Serial = "",
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """Press a key."""
    named = {button.casefold(): code for button, code in BUTTONS.items()}
    code = named.get(name.casefold(), name.upper() if name.upper().startswith("KEYCODE_") else name)
    if not _KEYCODE.fullmatch(code):
        raise EnvError(f"there is no key {name!r}: use {', '.join(BUTTONS)}, or a name such as KEYCODE_TAB")
    with reached(serial, backend, host, port) as shell:
        _do(shell, line("input", "keyevent", code))
    console.print(f"pressed {code}")


@app.command()
def screenshot(
    file: Annotated[Path, typer.Argument(help="Where it is written; the ending says the format.")] = Path("screen.png"),
    kind: Annotated[str, typer.Option(help="How it is sent: auto, raw or png.")] = "auto",
    serial: Serial = "",
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """Write what the screen shows to a file."""
    if kind not in get_args(Capture):
        raise EnvError(f"a screenshot is sent as one of {', '.join(get_args(Capture))}, not {kind!r}")
    if file.suffix.lower() not in Image.registered_extensions():
        raise RecordError(f"{file}: end its name in .png or .jpg")
    with reached(serial, backend, host, port) as shell:
        try:
            image = Image.fromarray(Camera(shell, cast(Capture, kind)).shoot())
        except RefusedError as error:
            raise EnvError("the app in front does not let its screen be seen") from error
    try:
        image.save(file)
    except OSError as error:
        raise RecordError(f"cannot write {file} ({error.strerror or error})") from error
    console.print(f"wrote {file} ({image.width}×{image.height})")


@app.command()
def apps(serial: Serial = "", backend: BackendName = "auto", host: Host = "127.0.0.1", port: Port = 5037) -> None:
    """List the apps that have an icon, as open_app knows them."""
    with reached(serial, backend, host, port) as shell:
        known = Apps(shell)
        found = known.all()
    table = Table("name", "also", "package", box=None)
    for one in sorted(found, key=lambda each: each.label.casefold()):
        table.add_row(escape(plain(one.label, 60)), escape(plain(", ".join(one.labels[1:]), 60)), one.package)
    console.print(table)


@app.command("open")
def open_(
    name: Annotated[str, typer.Argument(help="The name under its icon, or its package.")],
    serial: Serial = "",
    backend: BackendName = "auto",
    host: Host = "127.0.0.1",
    port: Port = 5037,
) -> None:
    """Bring an app to the front."""
    with reached(serial, backend, host, port) as shell:
        known = Apps(shell)
        one = known.find(name)
        problem = known.open(one).problem
        if problem:
            raise EnvError(f"{one.label} could not be opened: {problem[:150]}")
    console.print(f"opened {escape(plain(one.label, 60))} ({one.package})")


@app.command()
def info(serial: Serial = "", backend: BackendName = "auto", host: Host = "127.0.0.1", port: Port = 5037) -> None:
    """Tell what phone it is, and what it shows now."""
    with reached(serial, backend, host, port) as shell:
        state, (width, height) = ask_state(shell), size_of(shell)
        facts = {
            "phone": f"{_property(shell, 'ro.product.manufacturer')} {_property(shell, 'ro.product.model')}",
            "Android": _property(shell, "ro.build.version.release"),
            "reached at": shell.where,
            "display": f"{width}×{height}, turned by {90 * (state.turn or 0)}°",
            "awake": "yes" if state.awake else "no",
            "locked": "yes" if state.locked else "no",
            "in front": state.component,
            "keyboard": current_method(shell) or "none",
        }
    for name, value in facts.items():
        console.print(f"{name + ':':<11} {escape(plain(value, 200))}")


def size_of(shell: Shell) -> tuple[int, int]:
    """Width and height of the display as it is turned now, in the pixels that touches are measured in."""
    told = ask_state(shell).size
    if told is not None:
        return told
    height, width = Camera(shell).shoot().shape[:2]
    return width, height


def read_points(words: list[str], count: int, size: tuple[int, int]) -> list[tuple[int, int]]:
    """Points as pixels of a display of this width and height. Raises EnvError for others and for points beyond it."""
    width, height = size
    if len(words) == 2 * count and all(word.isascii() and word.isdigit() for word in words):
        numbers = [int(word) for word in words]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        if all(x < width and y < height for x, y in points):
            return points
        raise EnvError(f"{' '.join(words)} is not on the screen: it is {width}×{height} pixels")
    found = [_RELATIVE.fullmatch(word) for word in words]
    if len(words) == count and all(found):
        try:
            parts = [(float(pair[1]), float(pair[2])) for pair in found if pair is not None]
        except ValueError:
            parts = [(2.0, 2.0)]
        if all(0 <= part <= 1 for pair in parts for part in pair):
            return [(min(int(x * width), width - 1), min(int(y * height), height - 1)) for x, y in parts]
    wanted = "a point is" if count == 1 else "two points are each"
    raise EnvError(f"{' '.join(words)!r}: {wanted} X Y in pixels, or X,Y as parts of the screen from 0 to 1")


def _do(shell: Shell, command: Line, seconds: float = 0.0) -> None:
    problem = shell.do(command, seconds).problem
    if problem:
        raise EnvError(f"the phone refused this: {problem[:200]}")


def _property(shell: Shell, name: str) -> str:
    return shell.ask(line("getprop", name)).text.strip()
