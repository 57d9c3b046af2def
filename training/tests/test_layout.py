import ast
from pathlib import Path

import pytest

MODULES = sorted((Path(__file__).parents[1] / "segwatch_training").glob("*.py"))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_files_and_functions_are_short(file: Path) -> None:
    source = file.read_text()
    assert len(source.splitlines()) <= 350
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name
