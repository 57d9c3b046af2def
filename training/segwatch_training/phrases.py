"""The phrases that a training draws from: each concept's names, synonyms and wider words, as sentence embeddings."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .classes import RARE_ON_STREETS
from .runtime import Embed
from .teachers import ADE32, VOC21
from .vocabulary import VOID, concept_id, concepts, covers, phrase_targets

RARE_WEIGHT = 3.0
"""How much more a point of what is rare on streets counts."""


class PhraseBank:
    """Sentence embeddings of every trained phrase, sampled anew each step; G concepts, P phrases.

    `sentences` [P,E] and `imagenet` [1000,E] are embeddings. `rows` are each concept's phrases, `names` [G] its own
    name's row. `covered` bool [P,G] says what a phrase means, `own` bool [G,G] what a concept may cover, `forgiven`
    bool [G,G] which concepts are no rivals at a point of the row's concept. `absent` bool [2,G] are the classes that
    the labels `NOT_ADE` and `NOT_ADE_VOC` rule out. `weight` [G] is how much a point of a concept counts.
    """

    def __init__(self, embed: Embed, imagenet_names: list[str]):
        self.phrases = list(phrase_targets())
        self.sentences = torch.from_numpy(embed(self.phrases))
        self.imagenet = torch.from_numpy(embed(imagenet_names))
        row = {p: i for i, p in enumerate(self.phrases)}
        self.rows = [torch.tensor([row[p] for p in c.phrases]) for c in concepts()]
        n = len(self.rows)
        self.names = torch.tensor([r[0].item() for r in self.rows])
        self.forgiven = torch.zeros(n, n, dtype=torch.bool)
        self.own = torch.zeros(n, n, dtype=torch.bool)
        for g, inside in covers().items():
            for t in inside:
                self.own[g, t] = True
                if t != g:
                    self.forgiven[t, g] = True
        ade = {concept_id(x) for x in ADE32} - {VOID}
        voc = {concept_id(x) for x in VOC21} - {VOID}
        self.absent = torch.zeros(2, n, dtype=torch.bool)
        self.absent[0, sorted(ade)] = True
        self.absent[1, sorted(ade | voc)] = True
        self.points_of = torch.zeros(n)
        self.weight = torch.ones(n)
        self.weight[list(RARE_ON_STREETS)] = RARE_WEIGHT
        self.covered = torch.zeros(len(self.phrases), n, dtype=torch.bool)
        for i, p in enumerate(self.phrases):
            self.covered[i, sorted(phrase_targets()[p])] = True

    def to(self, device: torch.device) -> None:
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                setattr(self, name, value.to(device))

    def log_frequency(self, target: Tensor, rarest: float = 0.02) -> Tensor:
        """Log of each concept's share of the points seen so far, at least `rarest` of the commonest's: [G], at most 0.

        The points `target` [M] are counted first.
        """
        self.points_of += torch.bincount(target, minlength=256)[: len(self.rows)]
        share = self.points_of / self.points_of.max().clamp_min(1)
        return share.clamp_min(rarest).log()

    def draw_names(self, rng: np.random.Generator, canonical: float = 0.5) -> Tensor:
        """One phrase for each concept: row indices [G]."""
        return torch.tensor(
            [int(r[0] if rng.random() < canonical else r[rng.integers(len(r))]) for r in self.rows], dtype=torch.long
        )

    def draw_queries(self, present: set[int], rng: np.random.Generator, count: int) -> Tensor:
        """Phrases to judge: two thirds cover something present, the rest nothing."""
        covered = self.covered.cpu()
        here = covered[:, sorted(present)].any(1) if present else torch.zeros(len(self.phrases), dtype=torch.bool)
        weight = covered.sum(1).clamp(1, 6).float().numpy()  # wide words carry more
        out = []
        for chosen, n in ((here, 2 * count // 3), (~here, count // 3)):
            group = torch.nonzero(chosen)[:, 0].numpy()
            if len(group):
                p = weight[group] / weight[group].sum()
                out.append(rng.choice(group, min(n, len(group)), replace=False, p=p))
        return torch.from_numpy(np.concatenate(out)).long()
