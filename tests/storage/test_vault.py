"""What is sealed stays sealed, and what is indexed is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database.vault import Tampered, Vault

SECRET = "một bí mật đủ dài để dùng"
VAULT = Vault(SECRET)


@given(st.binary(max_size=2000), st.binary(max_size=50))
def test_what_was_sealed_comes_back(plain: bytes, about: bytes) -> None:
    assert VAULT.open(VAULT.seal(plain, about=about), about=about) == plain


def test_a_value_comes_back_as_it_was() -> None:
    value = {
        "name": "Nguyễn Thị Hoà",
        "phone": "+84912345678",
        "amount": 300_000,
        "list": [1, None, True, 0.5],
    }
    assert VAULT.open_json(VAULT.seal_json(value, about=b"place 7"), about=b"place 7") == value


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({VAULT.seal(b"0912 345 678", about=b"") for _ in range(100)}) == 100


def test_sealed_bytes_show_nothing_of_what_is_in_them_but_the_length() -> None:
    sealed = VAULT.seal(b"0912345678" * 10, about=b"")
    assert b"0912" not in sealed
    assert len(sealed) == 100 + 33


def test_sealed_bytes_begin_with_their_version_and_the_id_of_their_key() -> None:
    assert VAULT.seal(b"", about=b"")[:5] == b"\2" + VAULT.key_ids[0]


def test_any_altered_bit_is_noticed() -> None:
    sealed = VAULT.seal(b"300000", about=b"pledge")
    for bit in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            VAULT.open(bytes(altered), about=b"pledge")


def test_any_missing_or_added_byte_is_noticed() -> None:
    sealed = VAULT.seal(b"300000", about=b"")
    for wrong in [*(sealed[:end] for end in range(len(sealed))), sealed + b"\0", sealed[1:]]:
        with pytest.raises(Tampered):
            VAULT.open(wrong, about=b"")


def test_what_was_sealed_for_one_row_cannot_be_moved_to_another() -> None:
    sealed = VAULT.seal(b"0912345678", about=b"people 1")
    for about in (b"people 2", b"people 1 ", b""):
        with pytest.raises(Tampered):
            VAULT.open(sealed, about=about)


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(Tampered):
        Vault(SECRET + "!").open(VAULT.seal(b"0912345678", about=b""), about=b"")


def test_the_same_secret_opens_after_a_restart() -> None:
    assert Vault(SECRET).open(VAULT.seal(b"0912345678", about=b""), about=b"") == b"0912345678"


LONG_AGO = bytes.fromhex("0145d697eaee60568ac004498c09d82c519aadaf2b086ce3ea029e082129d37981be20afa5a1f8")
"""Sealed with «0123456789abcdef» about «people 1» by the first version."""
LATELY = bytes.fromhex("02354c79e4368169af1c6592c5d5364efb54b47608b2bd7be2b87978002d2395edd0de44bd43f7f5e11642")
"""The same by this one. The formats are promises to every database there is: change the version, not these rows."""


def test_what_was_sealed_before_can_still_be_opened() -> None:
    vault = Vault("0123456789abcdef")
    assert vault.open(LATELY, about=b"people 1") == b"0912345678"
    vault.takes_unbound = True
    assert vault.open(LONG_AGO, about=b"people phone 1", earlier=b"people 1") == b"0912345678"


def test_what_the_first_version_sealed_is_refused_where_nothing_of_it_is_left() -> None:
    with pytest.raises(Tampered):
        Vault("0123456789abcdef").open(LONG_AGO, about=b"people 1", earlier=b"people 1")


def test_while_keys_are_exchanged_both_open_and_the_new_one_seals() -> None:
    old, new = Vault(SECRET), Vault("another secret, long enough too")
    ring = Vault("another secret, long enough too", SECRET)
    assert ring.open(old.seal(b"0912345678", about=b""), about=b"") == b"0912345678"
    assert new.open(ring.seal(b"0912345678", about=b""), about=b"") == b"0912345678"
    assert ring.index("+84912345678", kind="phone") == old.index("+84912345678", kind="phone")


def test_what_json_cannot_hold_is_refused_before_anything_is_sealed() -> None:
    for value in (2**64, {1, 2}, "\ud800"):
        with pytest.raises(TypeError):
            VAULT.seal_json(value, about=b"")


def test_the_index_is_the_same_for_the_same_text_and_secret_only() -> None:
    phone = VAULT.index("+84912345678", kind="phone")
    assert phone == Vault(SECRET).index("+84912345678", kind="phone")
    assert phone != VAULT.index("+84912345679", kind="phone")
    assert phone != Vault(SECRET + "!").index("+84912345678", kind="phone")
    assert len(phone) == 32


def test_the_index_differs_by_kind() -> None:
    assert VAULT.index("123456", kind="link code") != VAULT.index("123456", kind="session")
    assert VAULT.index("bc", kind="a") != VAULT.index("c", kind="ab")


def test_any_text_at_all_has_an_index() -> None:
    for text in ("", "\0", "\ud800", "đ" * 100_000):
        assert len(VAULT.index(text, kind="session")) == 32


@pytest.mark.parametrize("secret", ["", "fifteen letters", " " * 20, "short" + " " * 20])
def test_a_short_secret_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ValueError, match=r"^the secret must have at least 16 characters$"):
        Vault(secret)


def test_a_vault_shows_no_key() -> None:
    assert repr(VAULT) == str(VAULT) == "Vault(secret kept)"
