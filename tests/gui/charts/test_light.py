"""The light's band: right in time, and readable without its colours."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from barograph.engine.messages import LightHistory
from barograph.gui.charts.content import PlotContent
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.light_track import HELD_MOST, LightTrack
from barograph.gui.charts.margins import BAND_PX, LightBand
from barograph.gui.charts.series_buffer import SeriesBuffer
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.theme import DARK, LIGHT, Theme
from barograph.market.intervals import SECOND_NS, Interval
from barograph.risk.faces import Face
from tests.gui.charts.samples import NOW, light_history

FACES = tuple(Face)


def history(seconds: list[int], faces: list[int], *, replace: bool = True, looks: int = 0) -> LightHistory:
    time = np.array(seconds, np.int64) * SECOND_NS
    face = np.array(faces, np.int64)
    return LightHistory(replace, time, face, face, np.full(len(faces), 50.0), looks)


@given(
    st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 3)), max_size=30, unique_by=lambda row: row[0]),
    st.integers(0, 30),
    st.integers(-50, 1_100),
    st.integers(0, 400),
)
def test_runs_say_of_every_instant_what_the_last_evaluation_said(
    rows: list[tuple[int, int]], cut: int, start: int, length: int
) -> None:
    rows.sort()
    track = LightTrack()
    for part, whole in ((rows[:cut], True), (rows[max(0, cut - 2) :], False)):
        track.apply(history([second for second, _ in part], [face for _, face in part], replace=whole))
    track.now_s = 1_000.0
    runs = track.runs(start, start + length)
    for instant in np.arange(start, start + length, 0.5) + 0.25:
        past = [face for second, face in rows if second <= instant]
        expected = FACES[past[-1]] if past and instant <= 1_000 else None
        covering = [run.face for run in runs if run.start_s <= instant < run.end_s]
        assert covering == ([] if expected is None else [expected])
        at = track.at(float(instant))
        assert (at.face if at else None) == expected


def test_the_track_is_bounded() -> None:
    track = LightTrack()
    for first in range(0, 3 * HELD_MOST, 10_000):
        rows = list(range(first, first + 10_000))
        track.apply(history(rows, [0] * len(rows), replace=False))
    assert len(track) == HELD_MOST


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3), st.booleans(), st.booleans()), min_size=1, max_size=30)
)
def test_looks_stand_until_the_next_evaluation(rows: list[tuple[int, int, bool, bool]]) -> None:
    """Of each message: seconds since the one before, face, whether it is an evaluation and whether a look comes with
    it at the same instant, as the first one after a close does.
    """
    track, second = LightTrack(), 0
    records: list[tuple[int, int]] = []
    looks: list[tuple[int, int]] = []
    for place, (step, face, is_record, with_look) in enumerate(rows):
        second += step
        told = []
        if is_record:
            records, looks, told = [*records, (second, face)], [], [(second, face)]
        if with_look or not is_record:
            looks, told = [*looks, (second, 3 - face)], [*told, (second, 3 - face)]
        is_look = len(told) - is_record
        seconds, faces = [at for at, _ in told], [shown for _, shown in told]
        track.apply(history(seconds, faces, replace=place == 0, looks=is_look))
        track.now_s = second + 5.0
        assert len(track) == len(records) + len(looks)
        for instant in np.arange(0, second + 5) + 0.5:
            last = next(((at, shown) for at, shown in reversed([*records, *looks]) if at <= instant), None)
            found = track.at(float(instant))
            assert (found.face if found else None) == (None if last is None else FACES[last[1]])
            assert found is None or found.provisional == (bool(looks) and instant >= looks[0][0])
    assert sum(run.provisional for run in track.runs(0, second + 5)) >= bool(looks)
    assert track.scores(0, second + 5).provisional == len(looks)


@pytest.fixture
def content(qapp: QApplication) -> PlotContent:
    return PlotContent(
        DARK, QFont(), SeriesBuffer(Interval.HOUR_1), LightTrack(), ChartStyle.LINE, DARK.text, frame=None
    )


def grey_band(content: PlotContent, theme: Theme, faces: list[int], ceilings: list[int] | None = None) -> np.ndarray:
    """The band over 100 s in shades of grey, 0 to 255, height × width; an equal share of it for each face."""
    step = 100 // len(faces)
    evaluations = history([place * step for place in range(len(faces))], faces)
    if ceilings is not None:
        evaluations = LightHistory(True, evaluations.time, evaluations.face, np.array(ceilings), evaluations.score)
    content.theme = theme
    content.light.apply(evaluations)
    content.light.now_s = 100.0
    content.frame = Frame(100, 200, 0, 100, 0, 1, 1.0)
    return painted_band(content)


def painted_band(content: PlotContent) -> np.ndarray:
    band = LightBand(content)
    band.area = QRectF(0, 0, 100, BAND_PX)
    image = QImage(100, int(BAND_PX), QImage.Format.Format_RGB32)
    image.fill(QColor(content.theme.panel))
    painter = QPainter(image)
    band.paint(painter)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return np.frombuffer(bytes(grey.constBits()), np.uint8).reshape(grey.height(), -1)[:, :100].astype(int)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_each_face_has_a_shape_of_its_own_in_grey(content: PlotContent, theme: Theme) -> None:
    drawn = {}
    for severity, face in enumerate(FACES):
        band = grey_band(content, theme, [severity])
        background = QColor(theme.panel).lightness()
        drawn[face] = np.abs(band - background) > 25
    for first, second in combinations(FACES, 2):
        assert (drawn[first] != drawn[second]).sum() >= 150, (first, second)
    heights = [drawn[face].any(axis=1).sum() for face in (Face.CALM, Face.WATCH, Face.RISK_OFF)]
    assert heights == sorted(set(heights))
    assert 0.1 < drawn[Face.NO_DATA][4:].mean() < 0.9  # hatched, neither empty nor filled


def test_what_missing_inputs_may_hide_is_an_outline_above_the_face(content: PlotContent) -> None:
    calm = grey_band(content, DARK, [0, 0])
    doubtful = grey_band(content, DARK, [0, 0], [0, 2])
    assert (calm[:, :49] == doubtful[:, :49]).all()
    changed = calm[:, 50:] != doubtful[:, 50:]
    assert changed.any()
    assert not changed[-2:, 3:-3].any()  # the face itself stays


def test_a_look_is_dashed_where_an_evaluation_is_drawn_through(content: PlotContent) -> None:
    for severity in range(3):
        content.light = LightTrack()
        drawn = np.abs(grey_band(content, DARK, [severity])[-1] - QColor(DARK.panel).lightness()) > 25
        content.light.apply(history([50], [severity], replace=False, looks=1))
        content.light.now_s = 100.0
        with_look = np.abs(painted_band(content)[-1] - QColor(DARK.panel).lightness()) > 25
        assert drawn.all()
        assert with_look[:50].all()
        assert 0.3 < with_look[50:].mean() < 0.7


def test_a_short_bad_stretch_is_not_hidden_by_a_long_good_one(content: PlotContent) -> None:
    content.frame = None
    faces = [0] * 50
    faces[20] = 2
    band = grey_band(content, DARK, faces)
    assert (band[:, 40:43] != band[:, 0:1]).any()


def test_the_sample_has_every_face() -> None:
    assert set(light_history().face.tolist()) == {0, 1, 2, 3}
    assert light_history().time.max() / 1e9 < (NOW + timedelta(seconds=1)).timestamp()
