import json
from pathlib import Path

import cv2
import numpy as np

from conftest import embed
from segwatch_training import feature_basis
from segwatch_training.runtime import OnnxModel


def test_cells_are_means_of_unit_length() -> None:
    aligned = np.zeros((2, 5, 4), np.float32)
    aligned[0, :, :2], aligned[1, :, 2:] = 1, 1
    np.testing.assert_allclose(feature_basis.cells(aligned, 2), [[1, 0], [0, 1], [1, 0], [0, 1]])
    np.testing.assert_allclose(feature_basis.cells(aligned, 9), [[0.5**0.5, 0.5**0.5]], rtol=1e-6)


def test_products_with_words_are_kept_better_than_by_principal_directions() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4000, 12)) * np.linspace(2, 1, 12)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = rng.normal(size=(300, 12)) * np.linspace(0.2, 2, 12)
    pictures, asked = feature_basis.learn(vectors, words, 6)
    np.testing.assert_allclose(pictures @ asked.T, np.eye(6), atol=1e-4)

    def error(there: np.ndarray, back: np.ndarray) -> float:
        return float((((vectors @ there.T) @ (back @ words.T) - vectors @ words.T) ** 2).mean())

    principal = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :6].T
    assert error(pictures, asked) < 0.6 * error(principal, principal)
    fewer = feature_basis.learn(vectors, words, 3)
    np.testing.assert_allclose(np.abs(fewer), np.abs([pictures[:3], asked[:3]]), atol=1e-5)


def test_a_model_directory_gets_its_directions_and_stays_whole(exported: OnnxModel, tmp_path: Path) -> None:
    folder, rng = tmp_path / "model", np.random.default_rng(1)
    folder.mkdir()
    for file in exported.folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    for i in range(3):
        cv2.imwrite(str(tmp_path / f"{i}.png"), rng.integers(0, 255, (96, 128, 3), np.uint8))
    (tmp_path / "none.png").write_bytes(b"no picture")
    feature_basis.add_to(OnnxModel(folder, embed, threads=1), sorted(tmp_path.glob("*.png")), 5)
    pictures, asked = np.fromfile(folder / "feature_basis.f32", "<f4").reshape(2, 5, 16)
    np.testing.assert_allclose(pictures @ asked.T, np.eye(5), atol=1e-3)
    assert OnnxModel(folder, embed, threads=1).meta["files"].keys() >= {"feature_basis.f32", "background.f32"}
    before, after = (json.loads((f / "model.json").read_text()) for f in (exported.folder, folder))
    assert {k: v for k, v in after.items() if k != "files"} == {k: v for k, v in before.items() if k != "files"}
