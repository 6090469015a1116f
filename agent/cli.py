"""The command line: `visuomotor run`, `report`, `envs`, `doctor`, and what other packages add by entry point."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from agent.boundary import complaining
from agent.commands import android, phone_doctor
from agent.commands import run as run_command
from agent.commands.show import console, show_findings
from agent.commands.train import train
from agent.doctor import Finding, examine
from agent.report.page import write_report
from envs.base import EnvError
from envs.options import options_of
from envs.registry import SPECS, find

app = typer.Typer(
    help="A vision-language model sees a screen or a scene, decides, acts, and sees again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_broken: list[Finding] = []
for _entry in entry_points(group="visuomotor.commands"):
    try:
        app.add_typer(_entry.load(), name=_entry.name)
    except (ImportError, AttributeError) as _error:  # another distribution's package stands where ours should
        _broken.append(Finding("bad", f"command {_entry.name}", f"cannot be loaded: {_error}"))

# What run does not know itself are options of the env.
app.command(help=run_command.HELP, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
    run_command.run
)
app.command()(train)
app.add_typer(android.app, name="android")


def main() -> None:
    """Run the command line; a known kind of failure ends in one sentence and exit status 2."""
    with complaining():
        app()


@app.command()
def report(
    run: Annotated[Path, typer.Argument(help="A run's folder.")],
    out: Annotated[Path | None, typer.Option(help="The page to write; RUN/episodes.html if left out.")] = None,
    most: Annotated[int, typer.Option(min=1, help="Most episodes shown.")] = 50,
) -> None:
    """Write one self-contained HTML page of a run: every screenshot with its action, thought, text and timing."""
    page = out or run / "episodes.html"
    total = write_report(run, page, most)
    console.print(f"wrote {page} ({min(most, total)} of {total} episodes)")


@app.command()
def envs(
    name: Annotated[str | None, typer.Argument(help="An environment or a family of them, to be told more of.")] = None,
) -> None:
    """List the environments, or the options of one."""
    families = {spec.family for spec in SPECS.values()} - {""}
    if name is None or name in families:
        _list(name or "")
        return
    spec = find(name)
    console.print(f"{spec.name} ({spec.id}): {spec.summary}")
    table = Table("option", "default", "what it is", box=None)
    for option in options_of(spec):
        what = option.description or (f"one of {', '.join(option.choices)}" if option.choices else "")
        table.add_row(option.flag, "" if option.default in (None, ()) else str(option.default), what)
    console.print(table)


def _list(family: str) -> None:
    table = Table("name", "id", "what it is", "extra", box=None)
    told = set()
    for spec in SPECS.values():
        if family and spec.family != family:
            continue
        if spec.family and not family:
            if spec.family not in told:
                count = sum(other.family == spec.family for other in SPECS.values())
                names = f"{spec.family}.TASK"
                table.add_row(
                    names, f"visuomotor/{names}-v0", f"{count} tasks: visuomotor envs {spec.family}", spec.extra
                )
            told.add(spec.family)
            continue
        table.add_row(spec.name, spec.id, spec.summary, spec.extra or "-")
    console.print(table)


@app.command()
def doctor(
    what: Annotated[str, typer.Argument(help="android: a connected phone. Left out: the installation.")] = "",
    serial: android.Serial = "",
    backend: android.BackendName = "auto",
    host: android.Host = "127.0.0.1",
    port: android.Port = 5037,
    out: Annotated[
        Path | None, typer.Option(help="Also write what the phone answered to this JSON file; no picture, no content.")
    ] = None,
) -> None:
    """Check the installation, or a phone end to end; exit status 1 if something is broken."""
    if what == "android":
        findings = phone_doctor.examine_phone(android.options_for(serial, backend, host, port), out)
    elif what:
        raise EnvError(f"the doctor knows the installation and android, not {what!r}")
    else:
        findings = [*_broken, *examine(Path.cwd())]
    show_findings(findings)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
