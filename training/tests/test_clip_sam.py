"""Real architectures of CLIP and SAM with random weights, small: shapes, gradients, export."""

import numpy as np
import pytest
import torch

transformers = pytest.importorskip("transformers")

from segwatch_training.clip_sam import ClipTeacher, SamTeacher, VitConfig, VitSamClip  # noqa: E402
from segwatch_training.export import export  # noqa: E402
from segwatch_training.losses import mask_loss  # noqa: E402

VIT = VitConfig(dims=32, sentence=24, text_hidden=16, embed=4)


def small_sam():
    from transformers import SamConfig, SamMaskDecoderConfig, SamPromptEncoderConfig, SamVisionConfig

    return SamConfig(
        vision_config=SamVisionConfig(
            hidden_size=32, output_channels=64, num_hidden_layers=2, num_attention_heads=2, image_size=128,
            mlp_dim=64, num_pos_feats=32, window_size=4, global_attn_indexes=[1],
        ),
        prompt_encoder_config=SamPromptEncoderConfig(hidden_size=64, image_size=128, patch_size=16),
        mask_decoder_config=SamMaskDecoderConfig(hidden_size=64, mlp_dim=64, num_attention_heads=2, iou_head_hidden_dim=32),
    )  # fmt: skip


@pytest.fixture(scope="module")
def vit() -> VitSamClip:
    torch.manual_seed(0)
    return VitSamClip(VIT, sam_config=small_sam()).eval()


def test_shapes_and_gradients(vit: VitSamClip) -> None:
    embedding, aligned, feature = vit(torch.randint(0, 255, (1, 128, 128, 3), dtype=torch.uint8))
    assert embedding.shape == (1, 4, 32, 32) and aligned.shape == (1, 32, 8, 8) and feature.shape == (1, 32)
    coords, labels = torch.rand(2, 3, 2) * 128, torch.tensor([[1.0, 0, -1], [2.0, 3, -1]])
    masks, iou = vit.mask_head(embedding, coords, labels, torch.zeros(2, 1, 32, 32), torch.tensor([0.0, 1.0]))
    assert masks.shape == (2, 3, 32, 32) and iou.shape == (2, 3)
    target = torch.zeros(2, 32, 32)
    target[:, 8:20, 8:20] = 1
    loss, _ = mask_loss(masks, iou, target, torch.ones_like(target))
    (loss + aligned.sum() + feature.sum()).backward()
    first = next(vit.backbone.parameters())
    assert first.grad is not None and torch.isfinite(first.grad).all()


def test_folding_keeps_sams_embedding(vit: VitSamClip) -> None:
    x = torch.randn(1, 64, 8, 8)
    _, embedding = vit.pyramid({16: x})
    torch.testing.assert_close(torch.nn.functional.pixel_unshuffle(embedding, 4), x)


def test_export_keeps_the_contract(vit: VitSamClip, tmp_path) -> None:
    import json

    import onnxruntime as ort

    rng = np.random.default_rng(0)
    names = rng.normal(size=(3, 24)).astype(np.float32)
    entries = [{"name": n, "aliases": []} for n in ("person", "car", "road")]
    folder = export(vit, names, tmp_path / "vit", name="vit", version="0", provenance="random", entries=entries)
    meta = json.loads((folder / "model.json").read_text())
    assert meta["input"] == {"rule": "letterbox", "side": 128}
    assert meta["image_embedding"] == {"channels": 4, "stride": 4} and meta["text_aligned"]["stride"] == 16
    encoder = ort.InferenceSession(str(folder / "image_encoder.onnx"))
    image = rng.integers(0, 255, (1, 128, 128, 3), np.uint8)
    embedding, aligned, feature, lse = encoder.run(None, {"image": image})
    with torch.no_grad():
        expected = vit(torch.from_numpy(image))
    np.testing.assert_allclose(embedding, expected[0].numpy(), atol=1e-3)
    assert lse.shape == (1, 8, 8)
    feed = {
        "image_embedding": embedding,
        "point_coords": (rng.random((2, 3, 2)) * 128).astype(np.float32),
        "point_labels": np.array([[1, 0, -1], [2, 3, -1]], np.float32),
        "mask_input": rng.normal(size=(2, 1, 32, 32)).astype(np.float32),
        "has_mask_input": np.array([0, 1], np.float32),
    }
    masks, iou = ort.InferenceSession(str(folder / "mask_decoder.onnx")).run(None, feed)
    with torch.no_grad():
        wanted = vit.mask_head(*(torch.from_numpy(v) for v in feed.values()))
    np.testing.assert_allclose(masks, wanted[0].numpy(), atol=1e-3)
    np.testing.assert_allclose(iou, wanted[1].numpy(), atol=1e-3)


def test_teachers_answer() -> None:
    from transformers import CLIPConfig, CLIPTextConfig, CLIPVisionConfig

    image = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    config = CLIPConfig(
        text_config=CLIPTextConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16).to_dict(),
        vision_config=CLIPVisionConfig(
            hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, image_size=32, patch_size=8
        ).to_dict(),
        projection_dim=12,
    )
    answer = ClipTeacher(config=config)(image)
    assert answer.extra["feature"].shape == (12,) and answer.extra["patches"].shape == (4, 4, 12)
    masks = SamTeacher(config=small_sam()).masks(image, np.array([[5, 5, 40, 40], [10, 10, 80, 50]]))
    assert masks.shape == (2, 60, 90) and masks.dtype == bool
