import itertools

import pytest

from byhand.show.layout import Box, Edge, place_labels, slots, stacked


def fan(gap: float, sources: int, targets: int, pitch: float) -> list[Edge]:
    """All edges between two columns."""
    return [
        Edge(0.0, y1, gap, y2, 40.0, 20.0)
        for y1 in stacked(sources, 0.0, pitch)
        for y2 in stacked(targets, 0.0, pitch)
    ]


@pytest.mark.parametrize(
    ("gap", "sources", "targets", "pitch"),
    [(200, 1, 4, 30), (200, 4, 1, 30), (110, 2, 2, 60), (110, 3, 4, 106), (110, 4, 3, 106)],
)
def test_labels_stay_apart_and_between_the_columns(
    gap: float, sources: int, targets: int, pitch: float
) -> None:
    boxes = place_labels(fan(gap, sources, targets, pitch))
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x - box.width / 2 > 0 and box.x + box.width / 2 < gap for box in boxes)


def test_labels_stay_off_other_lines_where_they_can() -> None:
    edges = fan(200, 2, 2, 120)
    boxes = place_labels(edges)
    for i, box in enumerate(boxes):
        assert not any(edge.crosses(box) for j, edge in enumerate(edges) if j != i)


def test_rectangles_overlap_when_both_sides_do() -> None:
    box = Box(0.0, 0.0, 10.0, 4.0)
    assert box.overlaps(Box(9.0, 3.0, 10.0, 4.0))
    assert not box.overlaps(Box(9.0, 5.0, 10.0, 4.0))
    assert not box.overlaps(Box(11.0, 0.0, 10.0, 4.0))
    assert box.overlaps(Box(11.0, 0.0, 10.0, 4.0), margin=2.0)


def test_eight_units_are_drawn_and_nine_are_not() -> None:
    assert slots(8) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert slots(9) == [1, 2, 3, 4, 5, None, 9]
    assert stacked(3, 10.0, 4.0) == [6.0, 10.0, 14.0]
