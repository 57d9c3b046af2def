import numpy as np
import torch

from segwatch_training import losses
from segwatch_training.data import correction, first_prompt, inner_point, simulate_prompts
from segwatch_training.teachers import directions


def test_query_score_is_the_formula_of_the_model_directory() -> None:
    torch.manual_seed(0)
    query, background = torch.randn(7, 3) * 5, torch.randn(7, 5) * 5
    own = torch.tensor([[True, False, False, False, False], [False] * 5, [True, True, False, False, True]])
    z = losses.query_scores(query, background, own)
    for q in range(3):
        rest = background[:, ~own[q]].exp().sum(1).log()
        torch.testing.assert_close(z[:, q], query[:, q] - rest)


def test_dense_loss_prefers_the_truth_and_forgives_kin() -> None:
    forgiven, absent = torch.zeros(4, 4, dtype=torch.bool), torch.zeros(2, 4, dtype=torch.bool)
    target = torch.tensor([0, 0])
    right, wrong = torch.tensor([[9.0, 0, 0, 0]] * 2), torch.tensor([[0.0, 9, 0, 0]] * 2)
    assert losses.dense_loss(right, target, forgiven, absent) < losses.dense_loss(wrong, target, forgiven, absent)
    forgiven[0, 1] = True
    torch.testing.assert_close(
        losses.dense_loss(wrong, target, forgiven, absent, 0.0),
        losses.dense_loss(wrong * 0, target, forgiven, absent, 0.0),
    )


def test_an_offset_makes_a_common_concept_hard_to_lose_to() -> None:
    none, absent = torch.zeros(2, 2, dtype=torch.bool), torch.zeros(2, 2, dtype=torch.bool)
    logits, target = torch.zeros(1, 2), torch.tensor([1])
    plain = losses.dense_loss(logits, target, none, absent)
    assert losses.dense_loss(logits, target, none, absent, offset=torch.tensor([0.0, -2.0])) > plain


def test_a_sharp_answer_of_the_crop_teacher_counts_more_than_a_flat_one() -> None:
    names = torch.eye(4)
    feature = torch.tensor([[1.0, 0, 0, 0]] * 2)
    right = torch.tensor([[0.97, 0.01, 0.01, 0.01], [0.25, 0.25, 0.25, 0.25]])
    wrong = torch.tensor([[0.01, 0.97, 0.01, 0.01], [0.25, 0.25, 0.25, 0.25]])
    scale = torch.tensor(5.0)
    assert losses.whole_loss(feature, names, right, scale) < losses.whole_loss(feature, names, wrong, scale) - 2


def test_the_crop_teachers_feature_ranks_names_as_its_classifier_does() -> None:
    torch.manual_seed(0)
    names = torch.nn.functional.normalize(torch.randn(20, 6))
    features = torch.randn(9, 40)
    rows = names @ torch.randn(6, 40) + 3.0  # a classifier that the names can express, and what all classes share
    wanted = features @ directions(names, rows).T
    centred = features @ (rows - rows.mean(0)).T
    torch.testing.assert_close(wanted @ (names - names.mean(0)).T, centred, rtol=1e-2, atol=1e-2)


def test_absent_classes_are_pushed_down() -> None:
    absent = torch.tensor([[True, True, False, False], [True, True, True, False]])
    target, none = torch.tensor([254, 253]), torch.zeros(4, 4, dtype=torch.bool)
    bad, good = torch.tensor([[5.0, 0, 0, 0]] * 2), torch.tensor([[0.0, 0, 0, 5]] * 2)
    assert losses.dense_loss(good, target, none, absent) < losses.dense_loss(bad, target, none, absent)


def test_unknown_points_teach_nothing() -> None:
    logits = torch.randn(3, 4, requires_grad=True)
    none = torch.zeros(4, 4, dtype=torch.bool)
    loss = losses.dense_loss(logits, torch.tensor([255, 255, 255]), none, none[:2])
    assert float(loss.detach()) == 0


def test_query_loss_ignores_what_a_word_may_cover() -> None:
    covered = torch.tensor([[True, False, False]])
    ignored = torch.tensor([[False, True, False]])
    absent = torch.zeros(2, 3, dtype=torch.bool)
    target = torch.tensor([0, 1, 2])
    low, high = torch.tensor([[5.0], [-5.0], [-5.0]]), torch.tensor([[5.0], [5.0], [-5.0]])
    torch.testing.assert_close(
        losses.query_loss(low, covered, ignored, target, absent),
        losses.query_loss(high, covered, ignored, target, absent),
    )


def test_points_are_read_where_they_lie() -> None:
    maps = torch.zeros(1, 1, 8, 8)
    maps[0, 0, 2, 5] = 1.0
    index = torch.tensor([[(2 * 8 + 4) * 64 + 5 * 8 + 4]])
    assert float(losses.at_points(maps, index, 64)) > 0.8
    labels = torch.full((1, 64, 64), 255, dtype=torch.uint8)
    labels[0, 10, 20] = 7
    assert set(losses.sample_points(labels, (labels != 255).int(), 50).flatten().tolist()) == {10 * 64 + 20}


def test_mask_loss_judges_the_best_of_three() -> None:
    target = torch.zeros(1, 16, 16)
    target[:, 4:12, 4:12] = 1
    good = (target * 2 - 1)[:, None] * 6
    logits = torch.cat([-good, good, torch.zeros_like(good)], 1).requires_grad_()
    loss, best = losses.mask_loss(logits, torch.tensor([[0.0, 1.0, 0.0]]), target, torch.ones_like(target))
    assert best.tolist() == [1]
    worse, _ = losses.mask_loss(-logits.detach() * 0 - 6, torch.full((1, 3), 0.5), target, torch.ones_like(target))
    assert float(loss.detach()) < float(worse)
    loss.backward()
    assert torch.isfinite(logits.grad).all()


def test_structure_loss_is_nothing_for_the_same_words() -> None:
    words = torch.nn.functional.normalize(torch.randn(20, 8), dim=1)
    assert float(losses.structure_loss(words, words)) < 1e-5
    assert float(losses.structure_loss(torch.nn.functional.normalize(torch.randn(20, 8), dim=1), words)) > 0.3


def test_simulated_prompts() -> None:
    rng = np.random.default_rng(0)
    labels = np.full((64, 64), 255, np.uint8)
    labels[10:30, 10:30] = 0
    labels[40:60, 40:60] = 0
    masks = simulate_prompts(labels, np.zeros_like(labels), rng, 5, things_first=True)
    assert sorted(m.sum() for m in masks) == [400, 400]
    x, y = inner_point(masks[0])
    assert masks[0][int(y), int(x)]
    coords, points = first_prompt(masks[0], rng, box_share=1.0)
    assert points.tolist() == [2, 3] and (coords[1] > coords[0]).all()
    guess = masks[0].copy()
    guess[:, :22] = False
    cx, cy, label = correction(masks[0], guess)
    assert label == 1 and masks[0][int(cy), int(cx)] and not guess[int(cy), int(cx)]


def test_a_small_part_has_more_points_than_its_area_and_no_more_than_its_root() -> None:
    labels = torch.zeros(1, 64, 64, dtype=torch.uint8)
    parts = torch.ones(1, 64, 64, dtype=torch.int32)
    parts[:, 10:14, 10:14] = 2  # the same concept, a 256th of the crop
    there = parts.flatten()[losses.sample_points(labels, parts, 4000)[0]] == 2
    assert 0.01 < there.float().mean() < 0.06


def test_maps_that_labels_contradict_are_not_learnt() -> None:
    torch.manual_seed(0)
    embedding = torch.randn(1, 3, 4, 4)
    ours, theirs = (torch.nn.functional.normalize(torch.randn(1, 8, 2, 2), dim=1) for _ in range(2))
    kept = torch.ones(1, 2, 2)
    plain = losses.maps_loss(embedding, ours, embedding, theirs)
    torch.testing.assert_close(losses.maps_loss(embedding, ours, embedding, theirs, kept), plain)
    assert losses.maps_loss(embedding, ours, embedding, theirs, 0 * kept) == 0


def test_a_point_counts_by_the_weight_of_its_concept() -> None:
    forgiven, absent = torch.zeros(3, 3, dtype=torch.bool), torch.zeros(2, 3, dtype=torch.bool)
    logits, target = torch.tensor([[4.0, 0, 0], [4.0, 0, 0]]), torch.tensor([0, 1])  # the second is wrong
    plain = losses.dense_loss(logits, target, forgiven, absent)
    torch.testing.assert_close(losses.dense_loss(logits, target, forgiven, absent, weight=torch.ones(3)), plain)
    assert losses.dense_loss(logits, target, forgiven, absent, weight=torch.tensor([1.0, 3, 1])) > 1.3 * plain
