"""Real CLIP and SAM: as teachers, and as the parts of a ViT-B student at 1024 px.

Their weights lie in no package registry, so both come from folders on the user's disk in the format of `transformers`
(`config.json` + `model.safetensors`). The tests write such folders, of the real architectures with random weights.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .layers import unit
from .model import ClipHead
from .teachers import Answer

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SAM_MEAN, SAM_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
TEMPLATE = "a photo of a {}"


def is_transformers(folder: Path, kind: str) -> bool:
    """Whether a folder holds a model of `transformers` of that kind: "clip" or "sam"."""
    file = folder / "config.json"
    return file.is_file() and json.loads(file.read_text()).get("model_type") == kind


def input_side(sam: Path) -> int:
    """Pixels of each side of the pictures that a SAM's encoder takes."""
    from transformers import SamConfig

    return SamConfig.from_pretrained(sam).vision_config.image_size


class ClipTeacher:
    """CLIP: an embedding of the whole picture, one of each patch, and of words, all in one space."""

    names: tuple[str, ...] = ()

    def __init__(self, folder: Path):
        from transformers import AutoTokenizer, CLIPModel

        self.folder, self.net = folder, CLIPModel.from_pretrained(folder).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.size = self.net.config.vision_config.image_size

    def pixels(self, image: np.ndarray) -> Tensor:
        """uint8 [H,W,3] -> [1,3,S,S], normalised as CLIP wants it."""
        small = cv2.resize(image, (self.size, self.size), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        return torch.from_numpy((small - np.float32(CLIP_MEAN)) / np.float32(CLIP_STD)).permute(2, 0, 1)[None]

    @torch.no_grad()
    def __call__(self, image: np.ndarray) -> Answer:
        """`extra`: `feature` [D] and `patches` [h,w,D], unit length."""
        vision = self.net.vision_model(pixel_values=self.pixels(image))
        whole = F.normalize(self.net.visual_projection(vision.pooler_output), dim=-1)[0]
        patches = self.net.visual_projection(self.net.vision_model.post_layernorm(vision.last_hidden_state[0, 1:]))
        side = int(len(patches) ** 0.5)
        patches = F.normalize(patches, dim=-1).unflatten(0, (side, side))
        return Answer(extra={"feature": whole.numpy(), "patches": patches.numpy()})

    def embed(self, phrases: list[str]) -> np.ndarray:
        """Words -> [Q,D], unit length: what stands in for `SentenceEncoder` where CLIP is the text tower."""
        return self.sentences([TEMPLATE.format(p) for p in phrases])

    @torch.no_grad()
    def sentences(self, texts: list[str]) -> np.ndarray:
        """The same without the template."""
        rows = []
        for start in range(0, len(texts), 64):
            batch = self.tokenizer(texts[start : start + 64], padding=True, truncation=True, return_tensors="pt")
            rows.append(_TextTower(self.net)(batch.input_ids, batch.attention_mask).numpy())
        return np.concatenate(rows)

    def write(self, folder: Path) -> dict:
        """Puts the text tower and its tokenizer into a model directory; returns `model.json`'s `text`."""
        config = self.net.config
        ids = torch.full((2, 5), config.text_config.eos_token_id)
        hw = {0: "Q", 1: "T"}
        torch.onnx.export(
            _TextTower(self.net).eval(),
            (ids, torch.ones_like(ids)),
            str(folder / "text_encoder.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["sentence"],
            opset_version=17,
            dynamo=False,
            dynamic_axes={"input_ids": hw, "attention_mask": hw, "sentence": {0: "Q"}},
        )
        shutil.copy2(self.folder / "tokenizer.json", folder / "tokenizer.json")
        return {
            "encoder": "text_encoder.onnx",
            "pooling": "none",
            "max_tokens": config.text_config.max_position_embeddings,
            "dims": config.projection_dim,
            "projection": "text_projection.onnx",
            "templates": [TEMPLATE],
        }


class _TextTower(nn.Module):
    """input_ids, attention_mask [Q,T] -> [Q,D], unit length."""

    def __init__(self, net):
        super().__init__()
        self.text, self.projection = net.text_model, net.text_projection

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return unit(self.projection(self.text(input_ids=input_ids, attention_mask=attention_mask).pooler_output))


class ClipCrops:
    """CLIP in `CropTeacher`'s place: what each crop of a batch shows as a whole."""

    usual = None

    def __init__(self, clip: ClipTeacher):
        self.net, self.size = clip.net, clip.size

    @torch.no_grad()
    def __call__(self, x: Tensor, names: Tensor) -> tuple[Tensor, Tensor]:
        """Crops as SAM wants them [N,3,S,S], ImageNet's names as embedded [1000,D]
        -> probabilities of the classes [N,1000], image features of unit length [N,D]."""
        grey, spread = (x.new_tensor(v)[:, None, None] for v in (SAM_MEAN, SAM_STD))
        mean, std = (x.new_tensor(v)[:, None, None] for v in (CLIP_MEAN, CLIP_STD))
        small = F.interpolate(x * spread + grey, size=(self.size, self.size), mode="area") / 255
        pooled = self.net.vision_model(pixel_values=(small - mean) / std).pooler_output
        feature = unit(self.net.visual_projection(pooled))
        return (self.net.logit_scale.exp() * feature @ names.T).softmax(-1), feature


class SamTeacher:
    """SAM: a box's or a click's mask."""

    names: tuple[str, ...] = ()

    def __init__(self, folder: Path):
        from transformers import SamModel

        self.net = SamModel.from_pretrained(folder).eval()
        self.size = self.net.config.vision_config.image_size

    @torch.no_grad()
    def masks(self, image: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `ModelTeacher` has it: RGB uint8 [H,W,3], boxes [K,4] as shares of width and height
        -> probabilities float32 [K,H,W], IoU expected [K]."""
        height, width = image.shape[:2]
        if not len(boxes):
            return np.zeros((0, height, width), np.float32), np.zeros(0, np.float32)
        x, scale = letterbox(image, self.size)
        pixels = boxes.astype(np.float32) * np.array([width, height, width, height], np.float32) * scale
        out = self.net(
            image_embeddings=self.net.get_image_embeddings(normalise_sam(torch.from_numpy(x)[None])),
            input_boxes=torch.from_numpy(pixels)[None],
            multimask_output=False,
        )
        logits = F.interpolate(out.pred_masks[0], (self.size, self.size), mode="bilinear", align_corners=False)
        logits = logits[..., : round(height * scale), : round(width * scale)]
        logits = F.interpolate(logits, (height, width), mode="bilinear", align_corners=False)[:, 0]
        return logits.sigmoid().numpy(), out.iou_scores[0, :, 0].numpy()


def letterbox(image: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """Longer side to `side`, zeros to the right and below: uint8 [side,side,3] and the scale."""
    scale = side / max(image.shape[:2])
    small = cv2.resize(
        image, (round(image.shape[1] * scale), round(image.shape[0] * scale)), interpolation=cv2.INTER_LINEAR
    )
    out = np.zeros((side, side, 3), np.uint8)
    out[: small.shape[0], : small.shape[1]] = small
    return out, scale


def normalise_sam(image: Tensor) -> Tensor:
    """uint8 [N,H,W,3] -> float [N,3,H,W]."""
    x = image.float()
    return ((x - x.new_tensor(SAM_MEAN)) / x.new_tensor(SAM_STD)).permute(0, 3, 1, 2)


@dataclass(frozen=True)
class VitConfig:
    """SAM's own configuration, as `transformers` writes it, and CLIP's dimensions; stored in checkpoints."""

    sam: dict
    dims: int = 512

    @property
    def embed(self) -> int:
        """What the contract's stride 4 makes of SAM's channels at stride 16."""
        return self.sam["vision_config"]["output_channels"] // 16

    @property
    def sentence(self) -> int:
        return self.dims

    def as_dict(self) -> dict:
        return {"backbone": "sam-vit", "sam": self.sam, "dims": self.dims}


class _VitBackbone(nn.Module):
    def __init__(self, sam):
        super().__init__()
        self.encoder = sam.vision_encoder
        self.head_channels = sam.config.vision_config.output_channels
        self.classifier: list = []
        self.has_tail = False

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        neck = self.encoder(x).last_hidden_state
        return {16: neck}, neck


class _VitPyramid(nn.Module):
    """SAM's neck already gives what both heads read. The embedding leaves as [N,16,4h,4w], so that masks, earlier masks
    and embedding share one grid, as the contract says; the mask head folds it back."""

    def forward(self, maps: dict[int, Tensor], _whole: Tensor) -> tuple[Tensor, Tensor]:
        return maps[16], F.pixel_shuffle(maps[16], 4)


class SamMaskHead(nn.Module):
    """SAM's own prompt encoder and mask decoder behind `MaskHead`'s call."""

    def __init__(self, sam):
        super().__init__()
        self.prompt, self.decoder = sam.prompt_encoder, sam.mask_decoder
        self.position, self.size = sam.shared_image_embedding, sam.config.vision_config.image_size
        self.side = self.size // sam.config.vision_config.patch_size

    def _points(self, coords: Tensor, labels: Tensor) -> Tensor:
        """coords [B,P,2] px, labels [B,P] -> tokens [B,P,256]."""
        at = self.prompt.shared_embedding((coords + 0.5) / self.size * 1.0)
        kinds = torch.cat([e.weight for e in self.prompt.point_embed])  # background, foreground, two corners
        chosen = F.one_hot(labels.clamp_min(0).long(), 4).to(at.dtype) @ kinds
        padding = (labels < 0)[..., None]
        return torch.where(padding, self.prompt.not_a_point_embed.weight[:, None], at + chosen)

    def forward(
        self, embedding: Tensor, coords: Tensor, labels: Tensor, mask: Tensor, has_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        count = coords.shape[0]
        image = F.pixel_unshuffle(embedding, 4).expand(count, -1, -1, -1)
        line = (torch.arange(self.side, dtype=image.dtype, device=image.device) + 0.5) / self.side
        grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1)
        where = self.position(grid).permute(2, 0, 1)[None].expand(count, -1, -1, -1)
        none = self.prompt.no_mask_embed.weight.reshape(1, -1, 1, 1)
        given = has_mask[:, None, None, None]
        dense = given * self.prompt.mask_embed(mask) + (1 - given) * none
        out = self.decoder(
            image_embeddings=image,
            image_positional_embeddings=where,
            sparse_prompt_embeddings=self._points(coords, labels)[:, None],
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )
        return out[0][:, 0], out[1][:, 0].clamp(0, 1)


class _FrozenWords(nn.Module):
    """CLIP's words are where the student's positions shall be: nothing is learnt between them."""

    def forward(self, sentence: Tensor) -> Tensor:
        return unit(sentence)


class VitSamClip(nn.Module):
    """SAM-CLIP ViT-B with `SamClip`'s parts and calls, so that the same stages, losses and export serve it."""

    text_stride = 16

    def __init__(self, config: VitConfig, sam=None):
        """Random weights where `sam`, a `SamModel`, is not given."""
        from transformers import SamConfig, SamModel

        super().__init__()
        sam = sam or SamModel(SamConfig.from_dict(config.sam))
        self.config, self.side = config, sam.config.vision_config.image_size
        self.backbone, self.pyramid, self.mask_head = _VitBackbone(sam), _VitPyramid(), SamMaskHead(sam)
        channels = sam.config.vision_config.output_channels
        self.clip_head = ClipHead(channels, channels, config.dims)
        self.text = _FrozenWords()
        self.log_scale = nn.Parameter(torch.tensor(20.0).log())

    @staticmethod
    def from_sam(folder: Path, dims: int) -> VitSamClip:
        """SAM's encoder, prompt encoder and decoder from its folder, and a fresh CLIP head."""
        from transformers import SamModel

        sam = SamModel.from_pretrained(folder)
        return VitSamClip(VitConfig(json.loads(sam.config.to_json_string()), dims), sam)

    @property
    def logit_scale(self) -> Tensor:
        return self.log_scale.exp().clamp(5.0, 60.0)

    def frozen_modules(self) -> list[nn.Module]:
        return [self.mask_head.prompt, self.mask_head.position]

    def normalise(self, image: Tensor) -> Tensor:
        return normalise_sam(image)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        maps, whole = self.backbone(x)
        features, embedding = self.pyramid(maps, whole)
        aligned, feature = self.clip_head(features, whole)
        return embedding, aligned, feature

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.encode(self.normalise(image))
