import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from conftest import draw_scene
from segwatch_training.cli import main, parser
from segwatch_training.runtime import OnnxModel
from segwatch_training.steps import BrokenRecipe, read_recipe
from segwatch_training.text import SentenceEncoder

DEFAULT = Path(__file__).parents[1] / "recipes" / "default.toml"
FOLDERS = {name: Path(name) for name in ("data", "teachers", "text", "out")}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence encoder with all-MiniLM-L6-v2's inputs and output: each letter has a random vector [384]."""
    folder = tmp_path_factory.mktemp("text")
    letters = {chr(i): i - 31 for i in range(32, 127)} | {"?": 0}
    tokens = Tokenizer(models.WordLevel(letters, unk_token="?"))
    tokens.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokens.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(0).normal(size=(96, 384)).astype(np.float32)
    ids, mask = (
        helper.make_tensor_value_info(n, TensorProto.INT64, ["Q", "T"]) for n in ("input_ids", "attention_mask")
    )
    states = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["Q", "T", 384])
    gather = helper.make_node("Gather", ["table", "input_ids"], ["states"])
    graph = helper.make_graph([gather], "letters", [ids, mask], [states], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 10
    onnx.save(model, folder / "random-minilm.onnx")
    return folder


def test_every_step_of_the_default_recipe_reads_what_is_given_or_what_an_earlier_step_wrote() -> None:
    written: set[Path] = set()
    for line in read_recipe(DEFAULT, {name: Path("/", name) for name in FOLDERS}):
        args = vars(parser().parse_args(line))
        writes = "cache" if line[0] == "prepare" else "out"
        for name, value in args.items():
            for path in value if isinstance(value, list) else [value]:
                if isinstance(path, Path) and path.is_relative_to("/out") and name != writes:
                    assert path in written, f"{line}: {path}"
        written.add(args[writes] / "last.pt" if line[0] == "train" else args[writes])
    assert Path("/out/model") in written


def without_prepare(recipe: str) -> str:
    """For a cache that is there already."""
    head, *steps = recipe.split("[[step]]\n")
    kept = [step for step in steps if not step.startswith('command = "prepare"')]
    return "[[step]]\n".join([head[: head.index("[prepare]")] + head[head.index("[train]") :], *kept])


def test_the_default_recipe_makes_a_model_and_goes_on_where_it_stopped(
    cache: Path, text: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    tiny, out = tmp_path / "tiny.toml", tmp_path / "out"
    tiny.write_text(without_prepare(DEFAULT.read_text()).replace('"lite0"', '"tiny"'))
    shutil.copytree(cache, out / "cache")
    command = f"train --recipe {tiny} --data {tmp_path} --teachers {tmp_path} --text {text} --out {out}"
    command += " --steps 1 --ranks 1"

    main(command.split())

    settings = json.loads((out / "third/settings.json").read_text())["settings"]
    assert settings["distill_from"] == [str(out / "first/model"), str(out / "second/model")]
    assert (settings["ranks"], settings["threads"], settings["balance"]) == (1, 1, 0.4)
    model = OnnxModel(out / "model", SentenceEncoder.find(text), threads=1)
    encoded = model.encode(draw_scene(np.random.default_rng(0))[0])
    assert np.isfinite(model.probability(encoded, model.query("road"))).all()

    finished = (out / "model/model.json").stat().st_mtime_ns
    capsys.readouterr()
    main(command.split())
    assert capsys.readouterr().out.count(", done: ") == 8
    assert (out / "model/model.json").stat().st_mtime_ns == finished

    tiny.write_text(tiny.read_text().replace("minutes = 70", "minutes = 71"))
    with pytest.raises(SystemExit, match=r"step 6 was train .*--minutes 70 .*give another folder"):
        main(command.split())


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("minutes = ", "Invalid value"),
        ("", "it has no step"),
        ("[[step]]\nminutes = 1", "step 1 names no command"),
        ('[trian]\nlam = 1\n[[step]]\ncommand = "train"', "trian: no step has such a command"),
        ('[[step]]\ncommand = "train"\nout = "{run}/a"', r"out = '\{run\}/a': in braces stands one of \{data\}, "),
    ],
)
def test_a_broken_recipe_is_refused_with_its_place(tmp_path: Path, recipe: str, message: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(recipe)
    with pytest.raises(BrokenRecipe, match=f"broken.toml: {message}"):
        read_recipe(file, FOLDERS)


def test_no_step_runs_where_one_is_no_command_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "broken.toml"
    steps = [
        'command = "average"\nstart = "a"\ncheckpoint = "b"\nout = "c"',
        'command = "train"\nminuets = 1\ntext = "d"\nout = "e"',
    ]
    file.write_text("".join(f"[[step]]\n{step}\n" for step in steps))
    with pytest.raises(SystemExit, match="step 2 is no command line"):
        main(f"train --recipe {file} --data a --teachers b --text c --out {tmp_path}/out".split())
    assert "--minuets" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_a_recipe_says_is_not_said_beside_it(tmp_path: Path) -> None:
    command = f"train --recipe {DEFAULT} --text {tmp_path} --out {tmp_path}"
    with pytest.raises(SystemExit, match="--data, --teachers: a recipe begins with data and teachers"):
        main(command.split())
    with pytest.raises(SystemExit, match="--minutes: with --recipe the file says it"):
        main(f"{command} --data a --teachers b --minutes 3".split())
    with pytest.raises(SystemExit, match="--cache: give the folder"):
        main(f"train --text {tmp_path} --out {tmp_path}".split())
