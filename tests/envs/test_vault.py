"""Secrets go by their labels, and no form of theirs stays in a text."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.base import EnvError
from envs.vault import Vault


def test_secrets_come_from_the_environment_and_from_a_file_which_wins(tmp_path):
    file = tmp_path / "secrets"
    file.write_text("# passwords\n\n bank = pass=word \nempty_line_above=yes, even # this\n", encoding="utf-8")
    environment = {"VISUOMOTOR_SECRET_BANK": "other", "VISUOMOTOR_SECRET_Mail": "letters", "HOME": "/root"}
    vault = Vault.open(str(file), {"VISUOMOTOR_SECRET_mail": "letters", "VISUOMOTOR_SECRET_bank": "other", "HOME": "/"})
    assert vault.labels == ("bank", "empty_line_above", "mail")
    assert vault.value(" BANK ") == "pass=word"
    assert vault.value("empty_line_above") == "yes, even # this"
    assert vault.value("HOME") is None
    assert Vault.open("", environment).labels == ("bank", "mail")
    assert Vault.open(str(file), environment).value("bank") == "pass=word"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"bank", "secrets:1 is not of the form"), (b"ok=value\n1a=hunter22", "secrets:2"), (b"=hunter22", "secrets:1"),
     (b"\xff\xfe", "cannot read"), (b"bank=abc", "shorter than 4")],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_an_error_that_repeats_nothing_of_it(tmp_path, content, said):
    file = tmp_path / "secrets"
    file.write_bytes(content)
    with pytest.raises(EnvError, match=said) as raised:
        Vault.open(str(file), {})
    assert "hunter22" not in str(raised.value)
    assert "abc" not in str(raised.value)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(EnvError, match=r"cannot read the secrets.*FileNotFoundError"):
        Vault.open(str(tmp_path / "none"), {})


def test_the_longer_of_two_overlapping_secrets_is_taken_out_first():
    vault = Vault({"short": "secret", "long": "secret:more", "label": "<secret:short>"})
    assert vault.redact("a secret:more b secret") == "a <secret:long> b <secret:short>"


def test_no_vault_changes_no_text_and_shows_no_value():
    assert Vault({}).redact("a\0b") == "a\0b"
    assert Vault({}).labels == ()
    vault = Vault({"bank": "hunter22"})
    assert "hunter22" not in repr(vault) + str(vault)


SECRETS = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=4, max_size=30)


@given(SECRETS)
def test_a_secret_is_taken_out_however_an_address_writes_it(secret):
    vault = Vault({"x": secret})
    whole = quote(secret, safe="")
    for form in (
        secret,
        quote(secret),
        whole,
        re.sub("%..", lambda match: match[0].lower(), whole),
        quote(secret, safe="!'()*~"),  # as JavaScript's encodeURIComponent
        quote_plus(secret, safe="*").replace("~", "%7E"),  # as a form
        quote(whole, safe=""),  # as an address within an address
    ):
        assert vault.redact(f"\0{form}\0") == "\0<secret:x>\0"
