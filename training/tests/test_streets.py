import numpy as np

from segwatch_training.streets import like_cityscapes, outvoted
from segwatch_training.teachers import ADE32, CITYSCAPES
from segwatch_training.vocabulary import VOID, index_of

IDS = index_of()


def seen(names: tuple[str, ...], *rows: str) -> np.ndarray:
    """A class map of 80 columns, ten rows for each name."""
    return np.repeat([names.index(row) for row in rows], 10).astype(np.uint8)[:, None].repeat(80, 1)


def test_a_street_is_of_its_kind_where_both_see_the_same_road_and_surfaces() -> None:
    mosaic = seen(ADE32, "sky", "building", "tree", "road")
    assert like_cityscapes({"mosaic": mosaic, "cityscapes": seen(CITYSCAPES, "sky", "building", "vegetation", "road")})
    assert not like_cityscapes(
        {"mosaic": mosaic, "cityscapes": seen(CITYSCAPES, "sky", "building", "vegetation", "sidewalk")}
    )
    assert not like_cityscapes({"mosaic": mosaic, "cityscapes": seen(CITYSCAPES, "car", "car", "vegetation", "road")})
    assert not like_cityscapes({"mosaic": mosaic})


def test_ground_is_as_two_see_it_and_thin_things_as_the_one_that_knows_them() -> None:
    def row(*names: str) -> np.ndarray:
        return np.array([[IDS.get(name, VOID) for name in names]], np.uint8)

    city = row("sidewalk", "sidewalk", "pole", "building", "tree", "unknown")
    mosaic = row("road", "road", "road", "sky", "sky", "grass")
    deeplab = row("road", "sidewalk", "road", "sky", "sky", "tree")
    assert outvoted(city, mosaic, deeplab).tolist() == row("road", "sidewalk", "pole", "sky", "tree", "grass").tolist()
