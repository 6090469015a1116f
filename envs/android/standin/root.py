"""The phone's files: one folder, in which every path of the phone's is looked up without leaving it."""

from __future__ import annotations

import posixpath
from pathlib import Path

_FOLDERS = (
    "system/bin",
    "sdcard/Download",
    "sdcard/DCIM",
    "sdcard/Pictures",
    "data/local/tmp",
    "etc",
    "storage/emulated",
)
_USERS = "root:x:0:0::/:/system/bin/sh\nshell:x:2000:2000::/:/system/bin/sh\n"
_LINKS = 40


class Root:
    """The root of the phone's file system, `folder` on this computer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in _FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "etc/passwd").write_text(_USERS)
        (folder / "etc/group").write_text("root:x:0:\nshell:x:2000:\n")
        (folder / "storage/emulated/0").symlink_to("/sdcard")

    def locate(self, path: str, cwd: str = "/", *, follow: bool = True) -> Path:
        """Where a path of the phone's is on this computer.

        Links are followed as the phone would, from its own root, so that none leads out.

        Args:
            follow: also a link at the end of the path.

        Raises:
            OSError: too many links, or a component of the path that is no folder.
        """
        waiting = [part for part in reversed(posixpath.join(cwd, path).split("/")) if part]
        at: list[str] = []
        links = 0
        while waiting:
            part = waiting.pop()
            if part == ".":
                continue
            if part == "..":
                del at[-1:]
                continue
            here = self.folder.joinpath(*at, part)
            if not here.is_symlink() or not (follow or waiting):
                at.append(part)
                continue
            links += 1
            if links > _LINKS:
                raise OSError(40, "Too many symbolic links encountered", path)
            target = str(here.readlink())
            if target.startswith("/"):
                at.clear()
            waiting.extend(part for part in reversed(target.split("/")) if part)
        return self.folder.joinpath(*at)
