"""Recipe files: the steps from data and teachers to a model directory, each a command with its options.

A file has tables that are named like commands, with the options that all its steps have, and an array of tables
`step`, each with a `command` and options of its own. `{data}`, `{teachers}`, `{text}` and `{out}` stand for folders
that the command line gives.
"""

from __future__ import annotations

import argparse
import json
import shlex
import tomllib
from pathlib import Path
from typing import Any

JOURNAL = "steps.json"
"""Command lines of the steps that are done, in the folder of a run."""


class BrokenRecipe(ValueError):
    """The file is no recipe; the message names it, the step and the option."""


def read_recipe(file: Path, folders: dict[str, Path]) -> list[list[str]]:
    """The command line of each step. `folders` fill what stands in braces."""
    try:
        recipe = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as e:
        raise BrokenRecipe(f"{file}: {e}") from e
    steps = recipe.pop("step", [])
    if not isinstance(steps, list) or not steps:
        raise BrokenRecipe(f"{file}: it has no step; write each as a table [[step]] with a command and its options")
    for number, step in enumerate(steps, 1):
        if not isinstance(step.get("command"), str):
            raise BrokenRecipe(f"{file}: step {number} names no command; add command = 'train' or another one")
    unused = recipe.keys() - {step["command"] for step in steps}
    if unused:
        raise BrokenRecipe(
            f"{file}: {', '.join(sorted(unused))}: no step has such a command; remove the table, or add one"
        )
    return [_command_line(file, recipe.get(step["command"], {}) | step, folders) for step in steps]


def _command_line(file: Path, step: dict[str, Any], folders: dict[str, Path]) -> list[str]:
    out = [step["command"]]
    for option, value in step.items():
        if option == "command" or value is False:
            continue
        out.append(f"--{option}")
        if value is not True:
            out += [_filled(file, option, v, folders) for v in (value if isinstance(value, list) else [value])]
    return out


def _filled(file: Path, option: str, value: Any, folders: dict[str, Path]) -> str:
    try:
        return value.format(**folders) if isinstance(value, str) else str(value)
    except (KeyError, IndexError, ValueError) as e:
        known = ", ".join(f"{{{name}}}" for name in folders)
        raise BrokenRecipe(f"{file}: {option} = {value!r}: in braces stands one of {known}") from e


def run_recipe(
    file: Path, folders: dict[str, Path], parser: argparse.ArgumentParser, overrides: dict[str, list[str]]
) -> None:
    """Runs the steps of `file` that the folder `out` does not hold yet.

    `overrides` are options of a command that win over the file's: what depends on the machine, not on the recipe.
    """
    lines = read_recipe(file, folders)
    steps = [_parsed(file, number, line, parser, overrides) for number, line in enumerate(lines, 1)]
    journal = folders["out"] / JOURNAL
    done = json.loads(journal.read_text()) if journal.exists() else []
    for number, (before, now) in enumerate(zip(done, lines, strict=False), 1):
        if before != now:
            raise SystemExit(
                f"--out {folders['out']}: step {number} was {shlex.join(before)} there, and is now {shlex.join(now)}; "
                "give another folder"
            )
    folders["out"].mkdir(parents=True, exist_ok=True)
    for number, (line, step) in enumerate(zip(lines, steps, strict=True), 1):
        print(f"step {number} of {len(lines)}{', done' if number <= len(done) else ''}: {shlex.join(line)}", flush=True)
        if number > len(done):
            step.run(step)
            done.append(line)
            journal.write_text(json.dumps(done, indent=1) + "\n")


def _parsed(
    file: Path, number: int, line: list[str], parser: argparse.ArgumentParser, overrides: dict[str, list[str]]
) -> argparse.Namespace:
    """A step as its command takes it; all are parsed before the first one runs."""
    try:
        return parser.parse_args([*line, *overrides.get(line[0], [])])
    except SystemExit as e:
        raise SystemExit(f"{file}: step {number} is no command line (above): {shlex.join(line)}") from e
