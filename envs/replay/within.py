"""Whether a path that a data set names may be opened."""

from __future__ import annotations

from pathlib import Path


def objection(folder: Path, path: Path) -> str:
    """Why a path below `folder` is not to be opened, as the end of a sentence; "" when it may be, there or not."""
    try:
        path.is_symlink()  # which is false for what is missing, and raises for what no file can be called
        within = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError) as error:
        return f"is no name of a file ({type(error).__name__})"
    return "" if within else "is a link that leads out of the set"
