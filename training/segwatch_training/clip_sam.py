"""Real CLIP and SAM: as teachers, and as the parts of a ViT-B student at 1024 px.

Their weights lie in no package registry, so both come from folders on the user's disk in the format of `transformers`
(`config.json` + `model.safetensors`). Without a folder the real architectures are built with random weights: that is what
the tests do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .model import ClipHead, TextProjection
from .teachers import Answer

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SAM_MEAN, SAM_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


class ClipTeacher:
    """CLIP: an embedding of the whole picture, one of each patch, and of words, all in one space."""

    names: tuple[str, ...] = ()

    def __init__(self, folder: Path | None = None, config=None):
        from transformers import CLIPConfig, CLIPModel

        self.net = (CLIPModel.from_pretrained(folder) if folder else CLIPModel(config or CLIPConfig())).eval()
        self.size = self.net.config.vision_config.image_size
        self.tokenizer = None
        if folder:
            from transformers import AutoTokenizer

            self.tokenizer = AutoTokenizer.from_pretrained(folder)

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

    @torch.no_grad()
    def embed(self, phrases: list[str]) -> np.ndarray:
        """Words -> [Q,D], unit length: what stands in for `SentenceEncoder` where CLIP is the text tower."""
        if self.tokenizer is None:
            raise RuntimeError("words need CLIP's tokenizer: give the folder that holds it")
        batch = self.tokenizer([f"a photo of a {p}" for p in phrases], padding=True, return_tensors="pt")
        text = self.net.text_model(**batch).pooler_output
        return F.normalize(self.net.text_projection(text), dim=-1).numpy()


class SamTeacher:
    """SAM: a box's or a click's mask."""

    names: tuple[str, ...] = ()

    def __init__(self, folder: Path | None = None, config=None):
        from transformers import SamConfig, SamModel

        self.net = (SamModel.from_pretrained(folder) if folder else SamModel(config or SamConfig())).eval()
        self.size = self.net.config.vision_config.image_size

    @torch.no_grad()
    def masks(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        """image uint8 [H,W,3], boxes [K,4] px -> bool [K,H,W]: the box teacher's boxes become masks."""
        height, width = image.shape[:2]
        x, scale = letterbox(image, self.size)
        embedding = self.net.get_image_embeddings(normalise_sam(torch.from_numpy(x)[None]))
        out = self.net(
            image_embeddings=embedding,
            input_boxes=torch.from_numpy(boxes.astype(np.float32) * scale)[None],
            multimask_output=False,
        )
        masks = F.interpolate(out.pred_masks[0], (self.size, self.size), mode="bilinear", align_corners=False)[:, 0]
        masks = masks[:, : round(height * scale), : round(width * scale)]
        return F.interpolate(masks[:, None], (height, width), mode="bilinear", align_corners=False)[:, 0].numpy() > 0


def letterbox(image: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """Longer side to `side`, zeros to the right and below: uint8 [side,side,3] and the scale."""
    scale = side / max(image.shape[:2])
    small = cv2.resize(image, (round(image.shape[1] * scale), round(image.shape[0] * scale)), interpolation=cv2.INTER_LINEAR)
    out = np.zeros((side, side, 3), np.uint8)
    out[: small.shape[0], : small.shape[1]] = small
    return out, scale


def normalise_sam(image: Tensor) -> Tensor:
    """uint8 [N,H,W,3] -> float [N,3,H,W]."""
    return ((image.float() - torch.tensor(SAM_MEAN)) / torch.tensor(SAM_STD)).permute(0, 3, 1, 2)


@dataclass(frozen=True)
class VitConfig:
    """The student's sizes that are not SAM's own. `embed` is what the contract's stride 4 makes of 256 at stride 16."""

    dims: int = 512
    sentence: int = 512
    text_hidden: int = 512
    embed: int = 16

    def as_dict(self) -> dict:
        return {"backbone": "sam-vit", **self.__dict__}


class _VitBackbone(nn.Module):
    def __init__(self, sam):
        super().__init__()
        self.encoder = sam.vision_encoder
        self.head_channels = sam.config.vision_config.output_channels
        self.classifier: list = []

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


class VitSamClip(nn.Module):
    """SAM-CLIP ViT-B with `SamClip`'s parts and calls, so that the same stages, losses and export serve it."""

    text_stride = 16

    def __init__(self, config: VitConfig = VitConfig(), sam_folder: Path | None = None, sam_config=None):
        super().__init__()
        from transformers import SamConfig, SamModel

        sam = SamModel.from_pretrained(sam_folder) if sam_folder else SamModel(sam_config or SamConfig())
        self.config, self.side = config, sam.config.vision_config.image_size
        self.backbone, self.pyramid, self.mask_head = _VitBackbone(sam), _VitPyramid(), SamMaskHead(sam)
        channels = sam.config.vision_config.output_channels
        self.clip_head = ClipHead(channels, channels, config.dims)
        self.text = TextProjection(config.sentence, config.dims, config.text_hidden)
        self.log_scale = nn.Parameter(torch.tensor(20.0).log())

    @property
    def logit_scale(self) -> Tensor:
        return self.log_scale.exp().clamp(5.0, 60.0)

    def frozen_modules(self) -> list[nn.Module]:
        return []

    def normalise(self, image: Tensor) -> Tensor:
        return normalise_sam(image)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        maps, whole = self.backbone(x)
        features, embedding = self.pyramid(maps, whole)
        aligned, feature = self.clip_head(features, whole)
        return embedding, aligned, feature

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.encode(self.normalise(image))
