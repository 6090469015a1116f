"""The keys by which a phone knows a computer: Android's RSAPublicKey format and the signature of a token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
    from cryptography.hazmat.primitives.hashes import SHA1
except ImportError:  # then the check is made here, see `_verify_plain`
    rsa = None  # type: ignore[assignment]

TOKEN_SIZE = 20
_MODULUS_BYTES = 256
_FORMAT = struct.Struct(f"<II{_MODULUS_BYTES}s{_MODULUS_BYTES}sI")
_SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")


class KeyFormatError(ValueError):
    """Not a public key as adb sends it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A 2048-bit RSA key and the comment behind it, mostly user@host."""

    modulus: int
    exponent: int
    comment: str = ""

    @classmethod
    def parse(cls, text: bytes) -> PublicKey:
        """Read what an AUTH packet or adbkey.pub holds: base64 of the struct, a space, a comment, a NUL.

        Raises:
            KeyFormatError: it is something else.
        """
        encoded, _, comment = text.rstrip(b"\0\n").partition(b" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise KeyFormatError(f"the key is not base64: {error}") from error
        if len(raw) != _FORMAT.size:
            raise KeyFormatError(f"the key has {len(raw)} bytes, not {_FORMAT.size}")
        words, _, modulus, _, exponent = _FORMAT.unpack(raw)
        if words * 4 != _MODULUS_BYTES:
            raise KeyFormatError(f"the modulus has {words} words, not {_MODULUS_BYTES // 4}")
        return cls(int.from_bytes(modulus, "little"), exponent, comment.decode(errors="replace"))

    @property
    def fingerprint(self) -> str:
        """What the phone's dialog shows of a key: colon-separated hexadecimal."""
        number = self.modulus.to_bytes(_MODULUS_BYTES, "big")
        return hashlib.md5(number, usedforsecurity=False).digest().hex(":")  # as the dialog does

    def verify(self, token: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over the token, which adb signs as if it were a SHA-1 digest."""
        if rsa is None:
            return _verify_plain(self, token, signature)
        key = rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()
        try:
            key.verify(signature, token, padding.PKCS1v15(), utils.Prehashed(SHA1()))  # noqa: S303
        except InvalidSignature:
            return False
        return True


def _verify_plain(key: PublicKey, token: bytes, signature: bytes) -> bool:
    """PKCS#1 v1.5 without the `cryptography` package: the padded digest is rebuilt and compared whole."""
    if len(signature) != _MODULUS_BYTES or len(token) != TOKEN_SIZE:
        return False
    opened = pow(int.from_bytes(signature, "big"), key.exponent, key.modulus).to_bytes(_MODULUS_BYTES, "big")
    tail = b"\0" + _SHA1_INFO + token
    return opened == b"\0\1" + b"\xff" * (_MODULUS_BYTES - 2 - len(tail)) + tail
