"""Real architectures of CLIP and SAM with random weights, small: shapes, gradients, export."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

transformers = pytest.importorskip("transformers")

from segwatch_training.cli import main  # noqa: E402
from segwatch_training.clip_sam import ClipTeacher, SamTeacher, VitConfig, VitSamClip, is_transformers  # noqa: E402
from segwatch_training.export import About, export  # noqa: E402
from segwatch_training.fp16 import difference  # noqa: E402
from segwatch_training.losses import mask_loss  # noqa: E402
from segwatch_training.runtime import OnnxModel  # noqa: E402


def small_sam():
    from transformers import SamConfig, SamMaskDecoderConfig, SamPromptEncoderConfig, SamVisionConfig

    return SamConfig(
        vision_config=SamVisionConfig(
            hidden_size=32,
            output_channels=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=128,
            mlp_dim=64,
            num_pos_feats=32,
            window_size=4,
            global_attn_indexes=[1],
        ),
        prompt_encoder_config=SamPromptEncoderConfig(hidden_size=64, image_size=128, patch_size=16),
        mask_decoder_config=SamMaskDecoderConfig(
            hidden_size=64, mlp_dim=64, num_attention_heads=2, iou_head_hidden_dim=32
        ),
    )


@pytest.fixture(scope="module")
def vit() -> VitSamClip:
    torch.manual_seed(0)
    return VitSamClip(VitConfig(json.loads(small_sam().to_json_string()), dims=24)).eval()


def small_clip():
    from transformers import CLIPConfig, CLIPTextConfig, CLIPVisionConfig

    text = CLIPTextConfig(
        vocab_size=600,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=77,
        bos_token_id=1,
        eos_token_id=0,
        pad_token_id=0,
    )
    vision = CLIPVisionConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, image_size=32, patch_size=8
    )
    return CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=12)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """CLIP and SAM as a user has them on disk, small and with random weights."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import CLIPModel, PreTrainedTokenizerFast, SamModel

    torch.manual_seed(3)
    clip, sam = (tmp_path_factory.mktemp(name) for name in ("clip", "sam"))
    CLIPModel(small_clip()).save_pretrained(clip)
    SamModel(small_sam()).save_pretrained(sam)
    tokens = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token="<end>"))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=["<end>", "<start>"], initial_alphabet=alphabet, end_of_word_suffix="</w>"
    )
    tokens.train_from_iterator([f"a photo of a {c}" for c in "abcdefghijklmnopqrstuvwxyz"], trainer)
    tokens.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 1), ("<end>", 0)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokens, bos_token="<start>", eos_token="<end>", pad_token="<end>", model_max_length=77
    )
    fast.save_pretrained(clip)
    return clip, sam


def test_shapes_and_gradients(vit: VitSamClip) -> None:
    embedding, aligned, feature = vit(torch.randint(0, 255, (1, 128, 128, 3), dtype=torch.uint8))
    assert embedding.shape == (1, 4, 32, 32) and aligned.shape == (1, 24, 8, 8) and feature.shape == (1, 24)
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
    _, embedding = vit.pyramid({16: x}, x)
    torch.testing.assert_close(torch.nn.functional.pixel_unshuffle(embedding, 4), x)


def test_export_keeps_the_contract(vit: VitSamClip, tmp_path: Path) -> None:
    import onnxruntime as ort

    rng = np.random.default_rng(0)
    names = rng.normal(size=(3, 24)).astype(np.float32)
    entries = [{"name": n, "aliases": []} for n in ("person", "car", "road")]
    folder = export(vit, names, tmp_path / "vit", About("vit", "0", "random"), entries)
    meta = json.loads((folder / "model.json").read_text())
    assert meta["input"] == {"rule": "letterbox", "side": 128}
    assert meta["image_embedding"] == {"channels": 4, "stride": 4} and meta["text_aligned"]["stride"] == 16
    encoder = ort.InferenceSession(str(folder / "image_encoder.onnx"))
    image = rng.integers(0, 255, (1, 128, 128, 3), np.uint8)
    embedding, _, _, lse = encoder.run(None, {"image": image})
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


def test_teachers_answer(folders: tuple[Path, Path]) -> None:
    clip, sam = folders
    image = np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)
    answer = ClipTeacher(clip)(image)
    assert answer.extra["feature"].shape == (12,) and answer.extra["patches"].shape == (4, 4, 12)
    masks, iou = SamTeacher(sam).masks(image, np.array([[0.1, 0.1, 0.5, 0.6], [0.2, 0.2, 0.9, 0.8]], np.float32))
    assert masks.shape == (2, 60, 90) and (masks >= 0).all() and (masks <= 1).all() and iou.shape == (2,)
    assert SamTeacher(sam).masks(image, np.zeros((0, 4), np.float32))[0].shape == (0, 60, 90)
    assert is_transformers(clip, "clip") and is_transformers(sam, "sam") and not is_transformers(sam, "clip")


def test_both_stages_and_the_export_from_folders_alone(folders: tuple[Path, Path], cache: Path, tmp_path: Path) -> None:
    clip, sam = folders
    made = f"--cache {cache} --text {clip}"
    main(f"train {made} --sam {sam} --out {tmp_path}/run --steps 2 --batch 2 --threads 1".split())
    before = SamTeacher(sam).net.state_dict()
    after = torch.load(tmp_path / "run/last.pt", weights_only=True)["model"]
    names = {
        "backbone.encoder.layers.0.attn.qkv.weight": True,
        "mask_head.decoder.iou_token.weight": True,
        "mask_head.prompt.no_mask_embed.weight": False,
    }
    origin = {
        "backbone.encoder": "vision_encoder",
        "mask_head.decoder": "mask_decoder",
        "mask_head.prompt": "prompt_encoder",
    }
    for name, learns in names.items():
        part = next(p for p in origin if name.startswith(p))
        assert torch.equal(after[name], before[name.replace(part, origin[part])]) != learns, name

    main(f"export {made} --checkpoint {tmp_path}/run/last.pt --out {tmp_path}/vit --fp16".split())
    teacher = ClipTeacher(clip)
    model = OnnxModel(tmp_path / "vit", teacher.sentences, threads=1)
    assert model.meta["text"]["encoder"] == "text_encoder.onnx" and model.meta["input"] == {
        "rule": "letterbox",
        "side": 128,
    }
    picture = np.random.default_rng(1).integers(0, 255, (60, 90, 3), np.uint8)
    encoded = model.encode(picture)
    assert encoded.size == (85, 128) and encoded.masks == (22, 32)
    assert model.probability(encoded, model.query("van"), (60, 90)).shape == (60, 90)
    halved = difference(tmp_path / "vit", tmp_path / "vit-fp16", model.pad(model.resize(picture)))
    # Random weights make an embedding of 1e-21, which 16 bits have not.
    assert max(value for name, value in halved.items() if name != "image_embedding") < 0.02, halved
    masks, _ = model.masks(encoded, np.array([[[40.0, 30.0]]]), np.array([[1.0]]))
    again, _ = model.masks(encoded, np.array([[[40.0, 30.0]]]), np.array([[1.0]]), masks[:, 0])
    assert masks.shape == again.shape == (1, 3, 22, 32)
    import onnxruntime as ort

    tower = ort.InferenceSession(str(tmp_path / "vit/text_encoder.onnx"))
    for phrase in ("van", "delivery van"):
        tokens = teacher.tokenizer(f"a photo of a {phrase}", return_tensors="np")
        feed = {k: tokens[k].astype(np.int64) for k in ("input_ids", "attention_mask")}
        np.testing.assert_allclose(tower.run(None, feed)[0], teacher.embed([phrase]), atol=1e-5)


def test_what_does_not_go_with_sam_is_refused(folders: tuple[Path, Path], cache: Path, tmp_path: Path) -> None:
    clip, sam = folders
    made = ["train", "--cache", str(cache), "--sam", str(sam), "--out", str(tmp_path / "run")]
    with pytest.raises(SystemExit, match="--text"):
        main([*made, "--text", str(tmp_path)])
    with pytest.raises(SystemExit, match="--start-from"):
        main([*made, "--text", str(clip), "--start-from", str(tmp_path)])
    with pytest.raises(SystemExit, match="--distill-from"):
        main([*made, "--text", str(clip), "--distill-from", str(tmp_path)])
