from segwatch_training.classes import ADE_TABLE, COCO_TABLE, NOT_ADE, VOC_TABLE
from segwatch_training.teachers import ADE32, COCO80, VOC21
from segwatch_training.vocabulary import VOID, background_entries, concepts, covers, index_of, phrase_targets


def test_names_are_unique_and_lower_case() -> None:
    names = [c.name for c in concepts()]
    assert len(names) == len(set(names)) < NOT_ADE
    assert all(p == p.strip().lower() for p in phrase_targets())


def test_every_teacher_class_has_a_concept() -> None:
    assert [n for n, t in zip(ADE32, ADE_TABLE, strict=False) if t == VOID] == []
    assert ADE_TABLE[0] == NOT_ADE
    assert [n for n, t in zip(VOC21, VOC_TABLE, strict=False) if t == VOID] == ["background"]
    assert [n for n, t in zip(COCO80, COCO_TABLE, strict=False) if t == VOID] == ["hair drier"]


def test_a_query_never_competes_with_its_kin() -> None:
    aliases = {e["name"]: {e["name"], *e["aliases"]} for e in background_entries()}
    for word, kin in {
        "pedestrian": ["person"],
        "vehicle": ["car", "truck", "bus", "van"],
        "lorry": ["truck"],
        "person": ["person", "hat", "clothes"],
        "floor": ["floor", "rug"],
    }.items():
        left_out = {name for name, known in aliases.items() if word in known}
        assert set(kin) <= left_out, word
    assert "rug" not in aliases["floor"] - {"floor"}, "a rug competes with the floor around it"
    assert "sky" not in {n for n, known in aliases.items() if "person" in known}


def test_a_wide_word_covers_its_concepts() -> None:
    ids = index_of()
    assert {ids["car"], ids["bus"], ids["truck"]} <= phrase_targets()["vehicle"]
    assert phrase_targets()["puppy"] == {ids["dog"]}
    assert all(i in inside for i, inside in covers().items())
