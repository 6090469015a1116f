"""`visuomotor data`: check data sets, and make them."""

from __future__ import annotations

import typer

from evals.aitz.check import check_aitz
from evals.aitz.generate import make_aitz
from evals.androidcontrol.convert import androidcontrol as convert_androidcontrol
from evals.function_calling.make import function_calling as make_function_calling
from evals.screenspot.make import screenspot as make_screenspot

app = typer.Typer(help="Check a data set, or make one.", no_args_is_help=True)
check = typer.Typer(help="List what is wrong with a data set.", no_args_is_help=True)
make = typer.Typer(help="Make a data set of any size.", no_args_is_help=True)
app.add_typer(check, name="check")
convert = typer.Typer(help="Bring a data set into the form that is read here.", no_args_is_help=True)
app.add_typer(make, name="make")
app.add_typer(convert, name="convert")
check.command("aitz")(check_aitz)
make.command("aitz")(make_aitz)
make.command("function-calling")(make_function_calling)
make.command("screenspot")(make_screenspot)
convert.command("androidcontrol")(convert_androidcontrol)


@check.callback()
def check_group() -> None:
    """List what is wrong with a data set; nothing is changed. Exit status 1 when something is."""


@make.callback()
def make_group() -> None:
    """Make a data set from a seed: the same arguments make the same bytes."""


@convert.callback()
def convert_group() -> None:
    """Bring a data set into the form that is read here; its own files are left as they are."""


if __name__ == "__main__":
    from agent.boundary import complaining

    with complaining():
        app()
