"""The file that the Controller is told to start: a few lines of shell for the Python that runs now."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

PARENT = "VISUOMOTOR_THOR_PARENT"
"""The variable in which the launcher tells the player whose child it is, before anything slow."""
_ROOT = Path(__file__).resolve().parents[3]


def executable() -> Path:
    """Write the launcher, if need be, and return its path. Raises OSError when no folder can be written."""
    script = (
        "#!/bin/sh\n"
        f'{PARENT}="$PPID" PYTHONPATH={shlex.quote(str(_ROOT))}"${{PYTHONPATH:+:$PYTHONPATH}}" '
        f'exec {shlex.quote(sys.executable)} -m envs.thor.standin.player "$@"\n'
    )
    folder = Path(tempfile.gettempdir()) / f"visuomotor-thor-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        folder = Path(tempfile.mkdtemp(prefix="visuomotor-thor-"))
    path = folder / f"player-{sha256(script.encode()).hexdigest()[:16]}.sh"
    if not path.exists():
        draft = folder / f"{path.name}.{os.getpid()}"
        draft.write_text(script)
        draft.chmod(0o755)
        draft.replace(path)
    return path
