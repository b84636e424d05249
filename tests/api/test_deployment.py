"""Laws of the files that others run us with: they say what the code does."""

import configparser
import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from api.cli import main
from corpus.settings import Settings

ROOT = Path(__file__).parents[2]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def read_project() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_slack_manifest_asks_for_what_the_bot_listens_to() -> None:
    manifest = read("deploy/slack-manifest.yaml")
    told = (ROOT / "api" / "slack_app.py").read_text(encoding="utf-8")
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {"app_mention", "message.im"}
    assert set(re.findall(r'app\.event\("(\w+)"\)', told)) == {"app_mention", "message"}
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == re.findall(r'app\.command\("(.+?)"\)', told)
    assert {"chat:write", "commands", "reactions:write", "im:history"} <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_the_container_is_not_root_and_keeps_only_its_volume() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER casebook" in lines
    assert lines.index("USER casebook") > max(number for number, line in enumerate(lines) if line.startswith("FROM"))
    assert "VOLUME /data" in lines
    service = read("compose.yaml")["services"]["casebook"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    assert service["cap_drop"] == ["ALL"]


def test_the_container_is_built_from_what_is_there_and_starts_what_exists() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    project = read_project()["project"]
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    copied = [name for line in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text) for name in line.split()]
    assert set(copied) == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert set(read_project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= let_in
    (torch,) = re.findall(r"torch==[\d.]+", text)
    assert torch in project["dependencies"]
    assert set(re.findall(r'"\.\[([\w,]+)\]"', text)[0].split(",")) <= set(project["optional-dependencies"])
    entry, command = (json.loads(re.findall(rf"(?m)^{word} (\[.+\])$", text)[0]) for word in ("ENTRYPOINT", "CMD"))
    assert entry == ["casebook"]
    assert CliRunner().invoke(main, [*command, "--help"]).exit_code == 0
    assert set(re.findall(r"CASEBOOK_(\w+)=", text)) <= {name.upper() for name in Settings.model_fields}


def test_the_services_together_share_one_chroma_of_the_version_that_we_use() -> None:
    services = read("compose.yaml")["services"]
    known = {f"CASEBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(services["casebook"]["environment"]) <= known
    assert services["casebook"]["environment"]["CASEBOOK_CHROMA_URL"] == "http://chroma:8000"
    assert services["chroma"]["image"] == f"chromadb/chroma:{version('chromadb')}"
    assert "ports" not in services["chroma"]


def test_the_unit_runs_a_command_that_exists_as_nobody_special() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "casebook.service")
    service = dict(unit["Service"])
    assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == ("casebook", "yes", "strict")
    assert CliRunner().invoke(main, [*service["ExecStart"].split()[1:], "--help"]).exit_code == 0


@pytest.mark.parametrize("page", ["docs/doors.md", "docs/slack.md"])
def test_every_command_in_the_pages_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for command in set(re.findall(r"`casebook (\w+)", text)):
        assert command in main.commands, command


def test_every_path_in_the_pages_is_served() -> None:
    from api.app import create_app

    app = create_app()
    known = set(app.openapi()["paths"]) | {"/mcp", "/slack/events"}
    text = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(?:POST|GET) (/[\w/]+)`", text)) <= known
