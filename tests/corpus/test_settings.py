import re
from pathlib import Path

import pytest

from corpus.errors import SettingsError
from corpus.settings import PREFIX, Settings, load_settings

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default_and_nothing_else_is() -> None:
    documented = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| (.*?) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    expected = {
        name.upper(): f"`{field.default}`" if field.default is not None else "unset" for name, field in Settings.model_fields.items()
    }
    assert documented == expected


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_an_unknown_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_PASAGES", "3")
    with pytest.raises(SettingsError, match="CASEBOOK_PASAGES"):
        load_settings()


@pytest.mark.parametrize(("name", "value"), [("PORT", "99999"), ("DENSE_WEIGHT", "2"), ("CHROMA_URL", "ftp://x"), ("PASSAGES", "many")])
def test_a_bad_value_is_refused_with_key_and_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CASEBOOK_{name}", value)
    with pytest.raises(SettingsError, match=f"CASEBOOK_{name}='{value}'"):
        load_settings()


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_CHAT_API_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())


def test_an_override_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEBOOK_PORT", "7000")
    assert load_settings(port=7001, home=tmp_path).port == 7001
    assert load_settings(port=None).port == 7000
