"""`python -m segwatch_training COMMAND`: each step from data and teachers to a model directory, and its figures."""

from __future__ import annotations

import argparse

from . import cli_features, cli_make, cli_measure, cli_shorten


def parser() -> argparse.ArgumentParser:
    """All commands; what is parsed has the command's function as `run`."""
    out = argparse.ArgumentParser(prog="segwatch_training", description=__doc__)
    commands = out.add_subparsers(required=True, metavar="COMMAND")
    cli_make.add_commands(commands)
    cli_shorten.add_commands(commands)
    cli_measure.add_commands(commands)
    cli_features.add_commands(commands)
    return out


def main(argv: list[str] | None = None) -> None:
    args = parser().parse_args(argv)
    args.run(args)
