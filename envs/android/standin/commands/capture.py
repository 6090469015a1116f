"""`screencap`: a PNG, or the pixels behind a header of three or four numbers."""

from __future__ import annotations

import io
import struct

from PIL import Image

from envs.android.standin.system import Answer, System, failed

_RGBA_8888 = 1
_SRGB = 1
_USAGE = """usage: screencap [-hp] [-d display-id] [FILENAME]
   -h: this message
   -p: save the file as a png.
   -d: specify the display ID to capture.
If FILENAME ends with .png it will be saved as a png.
If FILENAME is not given, the results will be printed to stdout.
"""


async def screencap(system: System, args: list[str], cwd: str) -> Answer:
    """`screencap [-p] [-d display] [file]`"""
    as_png, path, rest = False, None, list(args)
    while rest:
        word = rest.pop(0)
        if word == "-p":
            as_png = True
        elif word == "-d":
            del rest[:1]
        elif word.startswith("-"):
            return failed(_USAGE, code=0 if word == "-h" else 1)
        else:
            path = word
    if system.faults.take_failed_screencap():
        return failed("Failed to take screenshot. Status: -1\n", code=1)
    shot = await system.screen.screenshot()
    if system.faults.secure:
        shot = _black(await system.screen.size())
    if not as_png and not (path or "").endswith(".png"):
        shot = raw(shot, system.header_bytes)
    if path is None:
        return Answer(shot)
    try:
        system.root.locate(path, cwd).write_bytes(shot)
    except OSError as error:
        return failed(f"Error opening file: {path} ({error.strerror})\n", code=1)
    return Answer()


def raw(png: bytes, header_bytes: int) -> bytes:
    """Width, height, pixel format and, since Android 9, the colour space as little-endian numbers, then RGBA rows."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    header = struct.pack("<4I", image.width, image.height, _RGBA_8888, _SRGB)
    return header[:header_bytes] + image.tobytes()


def _black(size: tuple[int, int]) -> bytes:
    held = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 255)).save(held, "PNG", compress_level=1)
    return held.getvalue()
