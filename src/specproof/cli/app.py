"""The tree of commands. Only typer is imported here: ``--help`` must not load FastAPI or SQLAlchemy."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from specproof import __version__
from specproof.cli.calibrate_app import calibrate
from specproof.cli.exit_codes import ExitCode, exit_code_of
from specproof.cli.output import Output
from specproof.cli.run_app import run_suite
from specproof.errors import RequestError, SpecProofError

app = typer.Typer(
    name="specproof",
    help="API tests that nobody has to write: from an OpenAPI document to a pytest suite that has run.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
events_app = typer.Typer(
    help="What was delivered, and how far the work on it has come.", no_args_is_help=True, rich_markup_mode=None
)
letters_app = typer.Typer(help="Jobs that are not tried again by themselves.", no_args_is_help=True, rich_markup_mode=None)
keys_app = typer.Typer(help="API keys of the service.", no_args_is_help=True, rich_markup_mode=None)
db_app = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(events_app, name="events")
app.add_typer(letters_app, name="dead-letters")
app.add_typer(keys_app, name="keys")
app.add_typer(db_app, name="db")

USAGE_ERROR: type[Any] = typer.BadParameter.__mro__[1]
"""What typer raises for a command line that it cannot understand; it exports only this child of it."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Project = Annotated[str, typer.Option("--project", "-p", help="Only this project.")]
Root = Annotated[
    Path | None, typer.Option("--root", help="Folder that the document's references stay inside of; default the document's own.")
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="At most so many.")]


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit with a code of :class:`ExitCode`."""
    as_json = _asks_for_json(sys.argv[1:] if arguments is None else arguments)
    output = Output(as_json=as_json)
    try:
        result = app(args=arguments, standalone_mode=False)
        code = result if isinstance(result, int) else ExitCode.DONE
    except SpecProofError as error:
        output.error(error)
        code = exit_code_of(error)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        code = ExitCode.INTERRUPTED
    except typer.Exit as stop:
        code = stop.exit_code
    except USAGE_ERROR as error:
        message = error.format_message()
        if message.lstrip().startswith("Usage:"):  # a group was called without a command: that is its help
            print(message, file=sys.stderr)
        else:
            output.error(RequestError(message, hint="See --help."))
        code = ExitCode.USAGE
    except BrokenPipeError:
        # The reader (head, less) has gone: that is its right. Keep the interpreter from flushing into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the top of the command line: the last place that can say it in words
        output.error(_unexpected(error))
        code = ExitCode.INFRASTRUCTURE
    sys.exit(int(code))


def _asks_for_json(arguments: list[str]) -> bool:
    """Whether errors are to be JSON: ``prove --json FILE`` still speaks to people."""
    if "--json" not in arguments:
        return False
    return arguments[0] != "prove" or arguments[arguments.index("--json") + 1 :][:1] == ["-"]


def _unexpected(error: Exception) -> SpecProofError:
    if os.environ.get("SPECPROOF_LOGGING__LEVEL", "").upper() == "DEBUG":
        import traceback

        traceback.print_exc()
    hint = "This is a defect of SpecProof. Set SPECPROOF_LOGGING__LEVEL=DEBUG to see where, and report it."
    return SpecProofError(f"unexpected {type(error).__name__}: {error}", hint=hint)


def _await(command: Callable[..., Coroutine[Any, Any, int]], *arguments: object, **options: object) -> int:
    return asyncio.run(command(*arguments, **options))


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"specproof {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """API tests that nobody has to write: from an OpenAPI document to a pytest suite that has run."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; default SPECPROOF_SERVER__HOST.")] = "",
    port: Annotated[int, typer.Option(min=-1, max=65535, help="Port; 0 picks a free one; default SPECPROOF_SERVER__PORT.")] = -1,
    as_json: Json = False,
) -> int:
    """Run the service: receive deliveries and, on the embedded engine, do the work."""
    from specproof.cli import serve_commands

    return serve_commands.serve(host, port, Output(as_json=as_json))


@app.command()
def worker(as_json: Json = False) -> int:
    """Run a worker without the HTTP service (PostgreSQL; on SQLite one engine per database)."""
    from specproof.cli import serve_commands

    return _await(serve_commands.worker, Output(as_json=as_json))


@app.command()
def generate(
    spec: Annotated[
        str, typer.Argument(help="OpenAPI document: a file, a folder or archive of files, an http(s) address, or - for stdin.")
    ],
    directory: Annotated[Path, typer.Option("--output", "-o", help="Folder for the suite.")],
    slug: Annotated[str, typer.Option(help="Name of the suite (a-z, 0-9, _); default from the document's title.")] = "",
    seed: Annotated[str, typer.Option(help="What all values are derived from; default SPECPROOF_GENERATION__SEED.")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace a folder that was edited by hand; the earlier one is kept beside it.")
    ] = False,
    min_quality: Annotated[float, typer.Option(min=0, max=100, help="Exit with 4 below this quality score.")] = 0,
    from_status: Annotated[
        str, typer.Option(help="Only operations of this Apifox status or a later one; default SPECPROOF_GENERATION__FROM_STATUS.")
    ] = "",
    business_code: Annotated[
        str, typer.Option(help="auto, off or code=0,200; default SPECPROOF_GENERATION__BUSINESS_CODE.")
    ] = "",
    profile: Annotated[
        str, typer.Option(help="How many cases: smoke, standard or thorough; default SPECPROOF_GENERATION__PROFILE.")
    ] = "",
    root: Root = None,
    as_json: Json = False,
) -> int:
    """Generate a suite from an OpenAPI document."""
    from specproof.cli import suite_commands

    options = suite_commands.GenerateOptions(
        spec, directory, slug, seed, force, min_quality, root, from_status, business_code, profile
    )
    return _await(suite_commands.generate, options, Output(as_json=as_json))


@app.command()
def lint(
    spec: Annotated[str, typer.Argument(help="OpenAPI document: a file, an http(s) address, or - for stdin.")],
    form: Annotated[str, typer.Option("--format", help="human, json or sarif.")] = "human",
    min_severity: Annotated[str, typer.Option(help="Show from this severity on: info, minor or major.")] = "info",
    fail_on: Annotated[str, typer.Option(help="Exit with 4 from this severity on: none, major or minor.")] = "major",
    min_testability: Annotated[int, typer.Option(min=0, max=100, help="Exit with 4 below this testability.")] = 0,
    as_json: Json = False,
) -> int:
    """Say what an OpenAPI document lacks for good tests, and how testable it is."""
    from specproof.cli import lint_command

    options = lint_command.options(spec, "json" if as_json else form, min_severity, fail_on, min_testability)
    return _await(lint_command.lint, options, Output(as_json=as_json))


app.command("run")(run_suite)
app.command()(calibrate)


@app.command()
def validate(
    directory: Annotated[Path, typer.Argument(help="Folder of a suite, generated or edited by hand.")],
    min_quality: Annotated[float, typer.Option(min=0, max=100, help="Exit with 4 below this quality score.")] = 0,
    as_json: Json = False,
) -> int:
    """Check a suite without running it: syntax, imports, names, quality rules."""
    from specproof.cli import suite_commands

    return _await(suite_commands.validate, directory, min_quality, Output(as_json=as_json))


@app.command()
def prove(
    directory: Annotated[Path, typer.Argument(help="Folder of a suite, generated or edited by hand.")],
    document: Annotated[
        str, typer.Option("--document", "-d", help="Prove it by this document instead of the one that the suite carries.")
    ] = "",
    min_strength: Annotated[float, typer.Option(min=0, max=100, help="Exit with 4 below this strength.")] = 0,
    require_trust: Annotated[bool, typer.Option("--require-trust", help="Exit with 4 if there is a false alarm.")] = False,
    json_file: Annotated[str, typer.Option("--json", metavar="FILE", help="Write the report as JSON; - for stdout.")] = "",
    html_file: Annotated[str, typer.Option("--html", metavar="FILE", help="Write the report as one HTML page.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one for each processor.")] = 0,
    cap: Annotated[int, typer.Option(min=1, help="Try at most so many mutants.")] = 1000,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Try everything again.")] = False,
    max_survivors: Annotated[int, typer.Option(min=0, help="Show at most so many surviving faults.")] = 10,
    accept_equivalent: Annotated[
        str, typer.Option(metavar="REASON", help="Why more than 10 % equivalent mutants are right; stands in the report.")
    ] = "",
    no_readme: Annotated[bool, typer.Option("--no-readme", help="Leave the suite's README alone.")] = False,
) -> int:
    """Prove a suite: run it against a reference of its document, against faults of it, and against its legal variants."""
    from specproof.cli import prove_command

    options = prove_command.ProveOptions(
        directory, document, min_strength, require_trust, json_file, html_file,
        workers, cap, no_cache, max_survivors, accept_equivalent, no_readme,
    )  # fmt: skip
    return _await(prove_command.prove, options, Output(as_json=json_file == prove_command.STDOUT))


@app.command()
def mock(
    spec: Annotated[
        str, typer.Argument(help="OpenAPI document: a file, a folder or archive of files, an http(s) address, or - for stdin.")
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 picks a free one.")] = 4010,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    seed: Annotated[str, typer.Option(help="What all values are derived from; default SPECPROOF_GENERATION__SEED.")] = "",
    populate: Annotated[int, typer.Option(min=0, max=10_000, help="Begin with so many records in each collection.")] = 0,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Ask nobody for a credential.")] = False,
    root: Root = None,
    as_json: Json = False,
) -> int:
    """Serve a mock of the API: it behaves as the document says, and remembers what it was sent until it ends."""
    from specproof.cli import mock_command

    options = mock_command.MockOptions(spec, port, host, seed, populate, no_auth, root)
    return mock_command.mock(options, Output(as_json=as_json))


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="The document as it was: a file, an http(s) address, or - for stdin.")],
    after: Annotated[str, typer.Argument(help="The document as it is now.")],
    form: Annotated[str, typer.Option("--format", help="human, json or markdown.")] = "human",
    fail_on_breaking: Annotated[bool, typer.Option("--fail-on-breaking", help="Exit with 1 if clients break.")] = False,
    as_json: Json = False,
) -> int:
    """Compare two OpenAPI documents: what changed, operation by operation, and whether it breaks clients."""
    from specproof.cli import diff_command

    wanted = "json" if as_json else form
    if wanted not in tuple(diff_command.DiffFormat):
        raise typer.BadParameter(f"--format {form}: human, json or markdown")
    options = diff_command.DiffOptions(before, after, diff_command.DiffFormat(wanted), fail_on_breaking)
    return _await(diff_command.diff, options, Output(as_json=wanted == "json"))


@events_app.command("list")
def events_list(
    project: Project = "",
    status: Annotated[str, typer.Option(help="Only this status.")] = "",
    limit: Limit = 20,
    as_json: Json = False,
) -> int:
    """List events, newest first."""
    from specproof.cli import event_commands

    return _await(event_commands.list_events, project, status, limit, Output(as_json=as_json))


@events_app.command("show")
def events_show(event_id: str, as_json: Json = False) -> int:
    """Show one event."""
    from specproof.cli import event_commands

    return _await(event_commands.show_event, event_id, Output(as_json=as_json))


@events_app.command("retry")
def events_retry(event_id: str, as_json: Json = False) -> int:
    """Try a dead event again."""
    from specproof.cli import event_commands

    return _await(event_commands.retry, [event_id], "", "", Output(as_json=as_json))


@letters_app.command("list")
def letters_list(project: Project = "", limit: Limit = 20, as_json: Json = False) -> int:
    """List dead letters with their analysed failure."""
    from specproof.cli import event_commands

    return _await(event_commands.list_events, project, "dead", limit, Output(as_json=as_json))


@letters_app.command("show")
def letters_show(event_id: str, as_json: Json = False) -> int:
    """Show one dead letter: error code, stage, attempts, first and last time, hint."""
    from specproof.cli import event_commands

    return _await(event_commands.show_event, event_id, Output(as_json=as_json))


@letters_app.command("retry")
def letters_retry(
    event_ids: Annotated[list[str] | None, typer.Argument(help="Ids; none with --all.")] = None,
    project: Project = "",
    code: Annotated[str, typer.Option(help="Only failures of this error code.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All that match --project and --code.")] = False,
    as_json: Json = False,
) -> int:
    """Try dead letters again: the named ones, or all that match."""
    from specproof.cli import event_commands

    if bool(event_ids) == every:
        raise typer.BadParameter("name event ids, or say --all")
    return _await(event_commands.retry, event_ids or [], project, code, Output(as_json=as_json))


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, run, deliver or admin; repeat for more. Default: read.")
    ] = None,
    project: Project = "",
    days: Annotated[int, typer.Option("--expires-in-days", min=0, help="0: never.")] = 0,
    as_json: Json = False,
) -> int:
    """Create an API key. It is shown once."""
    from specproof.cli import key_commands

    return _await(key_commands.create, name, scope or ["read"], project, days, Output(as_json=as_json))


@keys_app.command("list")
def keys_list(as_json: Json = False) -> int:
    """List API keys."""
    from specproof.cli import key_commands

    return _await(key_commands.list_keys, Output(as_json=as_json))


@keys_app.command("revoke")
def keys_revoke(key_id: str, as_json: Json = False) -> int:
    """Revoke an API key."""
    from specproof.cli import key_commands

    return _await(key_commands.revoke, key_id, Output(as_json=as_json))


@db_app.command("upgrade")
def db_upgrade(as_json: Json = False) -> int:
    """Bring the tables up to date."""
    from specproof.cli import serve_commands

    return _await(serve_commands.upgrade, Output(as_json=as_json))


@app.command()
def doctor(as_json: Json = False) -> int:
    """Check settings, database, output folder, formatter, isolation and Apifox access, and say what to do."""
    from specproof.cli import doctor_command

    return _await(doctor_command.doctor, Output(as_json=as_json))
