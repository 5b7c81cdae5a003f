from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from willow_ray.config import BadSettingsError, Settings


@pytest.fixture
def cluster_file(tmp_path: Path) -> Path:
    path = tmp_path / "cluster.yaml"
    path.write_text("cluster_name: willow\nmetadata: {willow: {port: 8001, replicas: 2}}\n")
    return path


def test_defaults_keep_willow_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    settings = Settings.load()
    assert (settings.host, settings.port, settings.access) == ("127.0.0.1", 8000, "token")
    assert settings.store == Path("/data/willow")


def test_flags_win_over_the_environment_and_that_over_the_file(
    cluster_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.load(cluster_file).port == 8001
    monkeypatch.setenv("WILLOW_PORT", "8002")
    assert Settings.load(cluster_file).port == 8002
    settings = Settings.load(cluster_file, port=8003, replicas=None)
    assert (settings.port, settings.replicas) == (8003, 2)


def test_other_variables_of_the_prefix_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WILLOW_FIXTURES", "/somewhere")
    assert Settings.load().port == 8000


def test_every_fault_is_named_in_one_go(cluster_file: Path) -> None:
    cluster_file.write_text("metadata: {willow: {port: 0, prot: 1}}")
    with pytest.raises(BadSettingsError) as caught:
        Settings.load(cluster_file)
    assert str(caught.value).splitlines() == [
        "Setting 'port': Input should be greater than or equal to 1.",
        "Setting 'prot': there is no such setting.",
    ]


@pytest.mark.parametrize("text", ["", "metadata:", "metadata: {other: 1}", "- a list"])
def test_a_file_without_settings_changes_nothing(cluster_file: Path, text: str) -> None:
    cluster_file.write_text(text)
    assert Settings.load(cluster_file) == Settings.load()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [", "cannot be read"), ("metadata: {willow: 8000}", r"metadata\.willow must be a mapping")],
)
def test_a_malformed_file_is_refused(cluster_file: Path, text: str, reason: str) -> None:
    cluster_file.write_text(text)
    with pytest.raises(BadSettingsError, match=reason):
        Settings.load(cluster_file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError, match="No such file"):
        Settings.load(tmp_path / "none.yaml")


@pytest.mark.parametrize(("given", "kept"), [("/", "/"), ("", "/"), ("willow", "/willow"), ("/a/b/", "/a/b")])
def test_the_route_prefix_is_rooted(given: str, kept: str) -> None:
    assert Settings.load(route_prefix=given).route_prefix == kept


def test_the_store_is_pinned_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load(store="here").store == tmp_path / "here"
    monkeypatch.setenv("HOME", "/home/x")
    assert Settings.load(store="~/there").store == Path("/home/x/there")


def test_settings_travel_to_other_processes_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pickle.dumps(Settings.load(port=8123))
    monkeypatch.setenv("WILLOW_REPLICAS", "7")
    assert pickle.loads(packed) == Settings(port=8123, replicas=1)  # noqa: S301 - our own bytes


def test_every_setting_has_help_and_a_number_has_its_unit() -> None:
    units = ("_s", "_bytes", "_rows", "_share", "_messages", "_requests", "_tasks")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if field.annotation is int and field.default != Settings.model_fields["port"].default:
            plain = {"replicas", "sockets_per_replica", "max_sessions"}
            assert name in plain or name.endswith(units), name


def test_the_cluster_file_of_the_repository_is_valid() -> None:
    settings = Settings.load(Path(__file__).parents[3] / "cluster.yaml")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
