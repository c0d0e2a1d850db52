from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as sometimes
from hypothesis import strategies as some
from pytest_django import Settings

from guichet.kit import crypto

ids = some.lists(some.integers(0, 2**63 - 1), max_size=3)


@pytest.fixture(autouse=True)
def house(tmp_path: Path, settings: Settings) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def test_the_key_is_made_once_and_private(house: Path) -> None:
    key = crypto.secret_key(house)
    assert len(key) == 32
    assert crypto.secret_key(house) == key
    assert (house / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in house.iterdir()] == ["secret.key"]


def test_two_first_starts_agree_on_one_key(house: Path) -> None:
    keys: list[bytes] = []
    starts = [threading.Thread(target=lambda: keys.append(crypto.secret_key(house))) for _ in range(8)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_others_can_read_is_refused(house: Path) -> None:
    crypto.secret_key(house)
    (house / "secret.key").chmod(0o640)
    with pytest.raises(crypto.SecretKeyError, match="chmod 600"):
        crypto.secret_key(house)


@pytest.mark.parametrize("content", ["", "zz", "ab" * 31])
def test_a_damaged_key_is_refused_not_replaced(house: Path, content: str) -> None:
    file = house / "secret.key"
    file.touch(mode=0o600)
    file.write_text(content)
    with pytest.raises(crypto.SecretKeyError, match="damaged"):
        crypto.secret_key(house)
    assert file.read_text() == content


@given(text=some.text(alphabet=some.characters(exclude_categories=["Cs"])))
@sometimes(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_encrypted_text_comes_back(text: str) -> None:
    sealed = crypto.encrypt(text)
    assert sealed.isascii()
    assert crypto.decrypt(sealed) == text


def test_altered_ciphertext_and_other_keys_are_refused(settings: Settings, house: Path) -> None:
    sealed = crypto.encrypt("pass word")
    assert "pass" not in sealed
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(sealed[:-8] + "AAAAAAA=")
    settings.DATA = house / "other"
    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(sealed)


def test_the_field_stores_ciphertext_and_gives_the_value_back() -> None:
    field = crypto.EncryptedJSONField()
    value = {"host": "imap.example.org", "password": "s3cret", "folders": ["INBOX", "Ablage/Ä"]}
    stored = field.get_prep_value(value)
    assert "s3cret" not in stored
    assert "imap" not in stored
    assert field.from_db_value(stored, None, None) == value
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None


@given(numbers=ids)
@sometimes(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_is_read_back_in_any_case(numbers: list[int]) -> None:
    token = crypto.sign_token("reply", *numbers)
    assert re.fullmatch("[a-z2-7]+", token)
    for spelled in (token, token.upper(), token.title()):
        assert crypto.read_token("reply", spelled, len(numbers)) == tuple(numbers)
    assert crypto.read_token("bounce", token, len(numbers)) is None
    assert crypto.read_token("reply", token, len(numbers) + 1) is None


def test_three_large_ids_fit_a_local_part() -> None:
    token = crypto.sign_token("reply", 2**31, 2**31, 2**31)
    assert len("support+" + token) <= 64
    assert len("support+" + crypto.sign_token("reply", 10**6, 10**6)) <= 64


@given(position=some.integers(0, 200), letter=some.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
@sometimes(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_spelling_is_genuine(position: int, letter: str) -> None:
    token = crypto.sign_token("reply", 12, 34567)
    position %= len(token)
    changed = token[:position] + letter + token[position + 1 :]
    if changed != token:
        assert crypto.read_token("reply", changed, 2) is None


@given(noise=some.text(max_size=150))
@sometimes(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_is_no_token_and_no_error(noise: str) -> None:
    assert crypto.read_token("reply", noise, 2) is None


def test_a_cut_or_padded_token_is_not_genuine() -> None:
    token = crypto.sign_token("reply", 7, 8)
    for changed in (token[:-1], token + "a", token + "=", " " + token, token + "\n", ""):
        assert crypto.read_token("reply", changed, 2) is None
