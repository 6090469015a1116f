"""The key a phone knows this computer by: the one adb has made already, or a new one in the same place."""

from __future__ import annotations

import base64
import getpass
import os
import socket
import struct
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from envs.base import EnvError

_BITS = 2048


class Key:
    """Signs what a phone asks to be signed, and names itself to a phone that does not know it (adb-shell's signer)."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private

    def Sign(self, data: bytes) -> bytes:  # noqa: N802 - adb-shell calls it so
        """The signature of a token, which is taken for a SHA-1 digest as it is."""
        return self._private.sign(data, padding.PKCS1v15(), utils.Prehashed(hashes.SHA1()))  # noqa: S303 - ADB's

    def GetPublicKey(self) -> bytes:  # noqa: N802
        """The public key in Android's own format (RSAPublicKey of libcrypto_utils), with the name a phone shows."""
        return base64.b64encode(_android(self._private.public_key())) + f" {_name()}".encode()


def load_key(folder: Path | None = None) -> Key:
    """The key of a folder, ~/.android if left out; one is made when there is none. Raises EnvError."""
    folder = Path.home() / ".android" if folder is None else folder
    path = folder / "adbkey"
    try:
        if not path.exists():
            _make(folder, path)
        private = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:  # unreadable, no key, or one with a password
        raise EnvError(f"the ADB key {path} cannot be used ({error}); move it away to have a new one made") from error
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size != _BITS:
        raise EnvError(f"the ADB key {path} is not an RSA key of {_BITS} bits; move it away to have a new one made")
    return Key(private)


def _make(folder: Path, path: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = rsa.generate_private_key(65537, _BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Private from the first byte on: a mode set afterwards leaves a moment in which anyone can read it. It gets its
    # name only when it is whole, and never takes the place of a key that another program made meanwhile.
    draft = folder / f".adbkey-{os.getpid()}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    path.with_name("adbkey.pub").write_bytes(Key(private).GetPublicKey())


def _android(public: rsa.RSAPublicKey) -> bytes:
    numbers, size = public.public_numbers(), _BITS // 8
    word = 1 << 32
    return struct.pack(
        f"<II{size}s{size}sI",
        size // 4,
        word - pow(numbers.n, -1, word),
        numbers.n.to_bytes(size, "little"),
        pow(1 << _BITS, 2, numbers.n).to_bytes(size, "little"),
        numbers.e,
    )


def _name() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in containers
        user = "visuomotor"
    return f"{user}@{socket.gethostname() or 'unknown'}"
