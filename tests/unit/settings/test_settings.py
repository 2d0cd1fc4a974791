"""Settings: our names, the founding document's names, files, and everything that can be misspelt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specproof.bootstrap.policies import every_secret, generation_policy, project_policies, project_slug, project_source
from specproof.domain.profiles import Profile
from specproof.domain.suites import SuiteChoices
from specproof.errors import SettingsError
from specproof.settings.loading import load_settings
from specproof.settings.sections import is_project_name, with_async_driver


def load(**environ: str):
    return load_settings(environ, env_file=None)


def test_defaults_need_nothing() -> None:
    settings = load()
    assert settings.database.url.startswith("sqlite+aiosqlite:///")
    assert settings.cors.origins == ()
    assert settings.projects == {}


def test_a_section_and_field_make_a_name() -> None:
    assert load(SPECPROOF_WEBHOOK__SETTLE_SECONDS="0").webhook.settle_seconds == 0


@pytest.mark.parametrize(
    ("alias", "value", "read"),
    [
        ("DATABASE_URL", "postgresql://u@h/n", lambda s: s.database.url == "postgresql+psycopg://u@h/n"),
        ("LOG_LEVEL", "debug", lambda s: s.logging.level == "DEBUG"),
        ("TEST_OUTPUT_DIR", "/tmp/x", lambda s: s.storage.output_dir == Path("/tmp/x")),
        ("MAX_RETRY_ATTEMPTS", "5", lambda s: s.retry.max_attempts == 5),
        ("RETRY_DELAY", "2", lambda s: s.retry.initial_seconds == 2),
        ("APIFOX_WEBHOOK_SECRET", "s3cret", lambda s: s.projects["default"].secrets[0].get_secret_value() == "s3cret"),
    ],
)
def test_names_of_the_founding_document_are_accepted(alias: str, value: str, read) -> None:
    assert read(load(**{alias: value}))


def test_our_name_wins_over_the_alias() -> None:
    assert load(MAX_RETRY_ATTEMPTS="5", SPECPROOF_RETRY__MAX_ATTEMPTS="7").retry.max_attempts == 7


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SPECPROOF_DATABASE__URI", "SPECPROOF_DATABASE__URL"),
        ("SPECPROOF_DATABSE__URL", "SPECPROOF_DATABASE__URL"),
        ("SPECPROOF_PROJECT", "SPECPROOF_PROJECTS"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_nearest_one(name: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**{name: "x"})
    assert nearest in caught.value.hint
    assert caught.value.at == name


@pytest.mark.parametrize(
    "name",
    [
        "SPECPROOF_API_URL",
        "SPECPROOF_CREDENTIAL_BEARER",
        "SPECPROOF_SECOND_CREDENTIAL_BEARER",
        "SPECPROOF_CREDENTIALS_FILE",
        "SPECPROOF_STRICTNESS",
        "SPECPROOF_AS_DOCUMENTED",
        "SPECPROOF_CORPUS",
    ],
)
def test_names_that_suites_and_tests_read_are_no_settings(name: str) -> None:
    assert load(**{name: "x"}) == load()


@pytest.mark.parametrize(
    "environ",
    [
        {"SPECPROOF_RETRY__MAX_ATTEMPTS": "many"},
        {"SPECPROOF_RETRY__MAX_ATTEMPTS": "0"},
        {"SPECPROOF_DATABASE__URL": "mysql://x"},
        {"SPECPROOF_LOGGING__LEVEL": "LOUD"},
        {"SPECPROOF_GENERATION__FROM_STATUS": "finished"},
        {"SPECPROOF_GENERATION__BUSINESS_CODE": "code"},
        {"SPECPROOF_GENERATION__PROFILE": "quick"},
        {"SPECPROOF_PROJECTS": '{"shop": {"from_status": "deprecated"}}'},
        {"SPECPROOF_PROJECTS": "[1"},
        {"SPECPROOF_PROJECTS": '{"My Shop": {}}'},
        {"SPECPROOF_PROJECTS": '{"shop": {"secret": "x"}}'},
        {"SPECPROOF_PROJECTS": "@/nowhere/projects.toml"},
        {"SPECPROOF_PROJECTS": '{"shop": {"target_url": "not an address"}}'},
        {"SPECPROOF_PROJECTS": '{"shop": {"secrets": [""]}}'},
        {"SPECPROOF_NOTIFY__WEBHOOK_URL": "ftp://example.com/x"},
        {"SPECPROOF_ENGINE__LEASE_SECONDS": "inf"},
        {"SPECPROOF_GENERATION__TEMPLATES_DIR": "/nowhere/templates"},
        {"SPECPROOF_DATABASE__URL": "postgresql://u@h:abc/n"},
        {"SPECPROOF_CORS__ORIGINS": '["*"]', "SPECPROOF_CORS__ALLOW_CREDENTIALS": "true"},
    ],
)
def test_an_impossible_value_is_refused_by_name(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    assert "SPECPROOF_" in str(caught.value)


def test_a_status_that_is_none_is_refused_with_the_choices() -> None:
    with pytest.raises(SettingsError, match="pending, designing, developing, integrating, testing, tested, released"):
        load(SPECPROOF_GENERATION__FROM_STATUS="finished")


def test_a_project_chooses_over_what_all_projects_share() -> None:
    settings = load(
        SPECPROOF_GENERATION__FROM_STATUS="Testing",
        SPECPROOF_GENERATION__BUSINESS_CODE="code=0",
        SPECPROOF_PROJECTS='{"shop": {"from_status": "", "business_code": "off", "profile": "thorough"}, "other": {"from_status": "released"}}',
        SPECPROOF_GENERATION__PROFILE="smoke",
    )
    policies = project_policies(settings)
    assert policies("shop").choices == SuiteChoices("", "off", Profile.THOROUGH)
    assert policies("other").choices == SuiteChoices("released", "code=0", Profile.SMOKE)
    assert generation_policy(settings).choices == SuiteChoices("testing", "code=0", Profile.SMOKE)


def test_a_refused_value_does_not_show_secrets() -> None:
    with pytest.raises(SettingsError) as caught:
        load(SPECPROOF_PROJECTS='{"shop": {"secrets": "s3cret"}}')
    assert "s3cret" not in str(caught.value)


def test_an_env_file_may_hold_foreign_lines(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('AWS_REGION=eu\nSPECPROOF_SERVER__PORT=9000\nnonsense line\nLOG_LEVEL="ERROR"\n', encoding="utf-8")
    settings = load_settings({"SPECPROOF_SERVER__HOST": "0.0.0.0"}, env_file=file)
    assert (settings.server.port, settings.server.host, settings.logging.level) == (9000, "0.0.0.0", "ERROR")


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SPECPROOF_SERVER__PORT=9000\n", encoding="utf-8")
    assert load_settings({"SPECPROOF_SERVER__PORT": "9001"}, env_file=file).server.port == 9001


def test_a_env_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        load_settings({}, env_file=file)


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_projects_may_stand_in_a_file(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"projects.{suffix}"
    project = {"target_url": "http://127.0.0.1:1"}
    text = json.dumps({"shop": project}) if suffix == "json" else '[shop]\ntarget_url = "http://127.0.0.1:1"\n'
    file.write_text(text, encoding="utf-8")
    assert load(SPECPROOF_PROJECTS=f"@{file}").projects["shop"].target_url == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///./x.db", "sqlite+aiosqlite:///./x.db"),
        ("postgres://h/n", "postgresql+psycopg://h/n"),
        ("postgresql+psycopg://h/n", "postgresql+psycopg://h/n"),
    ],
)
def test_plain_database_addresses_get_the_asynchronous_driver(given: str, used: str) -> None:
    assert with_async_driver(given) == used


@pytest.mark.parametrize("name", ["", "A", "a b", "-a", "a/b", "a" * 65, "käse", "."])
def test_a_project_name_that_would_need_escaping_is_none(name: str) -> None:
    assert not is_project_name(name)


def test_secrets_are_known_for_redaction_and_hidden_in_print() -> None:
    settings = load(
        SPECPROOF_DATABASE__URL="postgresql://u:p4ss@h/n",
        SPECPROOF_APIFOX__TOKEN="t0ken",
        SPECPROOF_PROJECTS='{"shop": {"secrets": ["s3cret"], "credentials": {"SPECPROOF_CREDENTIAL_A": "cr3d"}}}',
    )
    assert set(every_secret(settings)) == {"t0ken", "s3cret", "cr3d", "p4ss"}
    assert not any(secret in repr(settings) for secret in ("t0ken", "s3cret", "cr3d"))


def test_a_project_gets_its_export_from_the_shared_token() -> None:
    settings = load(
        SPECPROOF_APIFOX__TOKEN="t0ken", SPECPROOF_PROJECTS='{"shop": {"apifox_project_id": "7", "apifox_branch_id": 3}}'
    )
    export = project_source(settings, settings.projects["shop"]).apifox
    assert export is not None
    assert (export.project_id, export.token, export.branch_id) == ("7", "t0ken", 3)
    assert project_source(settings, load(SPECPROOF_PROJECTS='{"b": {"spec_url": "http://x/y"}}').projects["b"]).apifox is None


def test_a_suite_is_named_after_its_project_unless_it_says_otherwise() -> None:
    projects = load(SPECPROOF_PROJECTS='{"my-shop": {}, "other": {"slug": "petshop"}}').projects
    assert project_slug("my-shop", projects["my-shop"]) == "my_shop"
    assert project_slug("other", projects["other"]) == "petshop"


def test_hosts_of_references_are_those_of_all_projects_and_its_own() -> None:
    settings = load(
        SPECPROOF_FETCH__REFERENCE_HOSTS='["Schemas.Example.com"]',
        SPECPROOF_PROJECTS='{"shop": {"reference_hosts": ["127.0.0.1:8080", "[::1]:9"]}}',
    )
    assert settings.fetch.reference_hosts == ("schemas.example.com",)
    assert project_source(settings, settings.projects["shop"]).reference_hosts == (
        "schemas.example.com",
        "127.0.0.1:8080",
        "[::1]:9",
    )


@pytest.mark.parametrize("host", ["", "https://a.example", "a.example/x", "user@a.example", "a.example:0", "a.example:x", "[::1"])
def test_a_host_of_references_is_a_host(host: str) -> None:
    with pytest.raises(SettingsError, match="REFERENCE_HOSTS"):
        load(SPECPROOF_FETCH__REFERENCE_HOSTS=f'["{host}"]')


def test_the_strictness_of_runs_reaches_the_pipeline_and_a_wrong_one_lists_the_right_ones() -> None:
    projects = {"SPECPROOF_PROJECTS": '{"shop": {}}'}
    assert project_policies(load(**projects))("shop").strictness == "standard"
    assert project_policies(load(**projects, SPECPROOF_EXECUTION__STRICTNESS="strict"))("shop").strictness == "strict"
    with pytest.raises(SettingsError, match="'lenient', 'standard' or 'strict'"):
        load(SPECPROOF_EXECUTION__STRICTNESS="harsh")
