"""What a run looks like while it goes on: a line a step, a line an episode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from agent.doctor import Finding
from agent.episode import Episode, Step
from agent.report.page import call_text

console = Console(highlight=False)


def show_step(step: Step) -> None:
    """One line of progress a step."""
    decision = step.decision
    call = call_text(None if decision.call is None else asdict(decision.call)) or "no call"
    thought = f"{decision.thought} " if decision.thought else ""
    line = f"  {step.index + 1:>3}  {escape(thought)}[magenta]{escape(call)}[/magenta]"
    if decision.error:
        line += f"  [red]{escape(decision.error)}[/red]"
    used = decision.usage
    if used.prompt:
        line += f"  [dim]{decision.seconds:.2f} s, {used.cached}/{used.prompt} cached[/dim]"
    console.print(line)
    if step.info.get("consent", {}).get("refused"):
        console.print(f"       [yellow]{escape(step.info['consent']['refused'])}[/yellow]")


def show_end(episode: Episode) -> None:
    colour = "green" if episode.total_reward > 0 or episode.facts.get("status") == "success" else "red"
    said = f", the model says {episode.facts['status']}" if episode.facts.get("status") else ""
    summary = f"{episode.outcome}{said}, return {episode.total_reward:g}, {episode.steps} steps"
    console.print(f"  [{colour}]{summary}[/{colour}]" + (f": {escape(episode.error)}" if episode.error else ""))
    if episode.facts.get("answer"):
        console.print(f"  [bold]answer:[/bold] {escape(str(episode.facts['answer']))}")


def show_findings(findings: Iterable[Finding]) -> None:
    """One line of the doctor's report each."""
    marks = {"good": "[green]ok[/green]  ", "bad": "[red]BAD[/red] ", "info": "[dim]--[/dim]  "}
    for finding in findings:
        console.print(f"{marks[finding.state]} {finding.what}: {escape(finding.detail)}", soft_wrap=True)
