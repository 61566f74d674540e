"""What is said of a pair and of all pairs of a set, against the same numbers reckoned another way."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from barograph.engine.context.daily_pairs import DAILY_MARKETS, daily_heat_map, daily_pair
from barograph.engine.context.pair_history import FRAMES, NOTHING, Past, judged_pair
from barograph.engine.context_view import PairCorrelation
from barograph.engine.daily_table import DailyTable
from barograph.indicators.rolling_correlation import rolling_ewma
from barograph.market.bars import FloatArray
from barograph.market.intervals import DAY_NS, Interval
from tests.engine.hand_made import bars, sessions
from tests.engine.runs import RULES, UNIVERSE

ROWS = 1_200
LABELS = sessions(ROWS)
HOUR, FOUR, DAY = Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1


def shared(seed: int, rows: int, size: float = 0.01, link: float = 0.6) -> tuple[FloatArray, FloatArray]:
    """Returns of two markets that are linked."""
    rng = np.random.default_rng(seed)
    both = rng.standard_t(5, (3, rows)) * size
    return both[0] + link * both[2], 2 * (both[1] + link * both[2])


def past_of(x: FloatArray, y: FloatArray, interval: Interval, rows_a_date: int) -> Past:
    frame, end = FRAMES[interval], DAY_NS * np.arange(1, len(x) + 1, dtype=np.int64)
    return NOTHING.joined(end, end // (rows_a_date * DAY_NS), rolling_ewma(x, y, frame.lam, frame.minimum), 0)


def judged(x: FloatArray, y: FloatArray, interval: Interval = DAY, rows_a_date: int = 1) -> PairCorrelation:
    frame, past = FRAMES[interval], past_of(x, y, interval, rows_a_date)
    return judged_pair(("ES", "BTC"), "ES", frame, past, (x[-frame.rows :], y[-frame.rows :]), "made")


@pytest.mark.parametrize(
    ("interval", "lam", "effective", "minimum"),
    [
        (HOUR, 0.971531941153606, 69.2541754, 46),
        (FOUR, 0.954841603910417, 43.2885526, 30),
        (DAY, 0.94, 32.3333333, 30),
    ],
)
def test_each_interval_has_its_published_decay_and_minimum(
    interval: Interval, lam: float, effective: float, minimum: int
) -> None:
    x, y = shared(1, 700)
    found = judged(x, y, interval)
    products = pd.DataFrame({"xx": x * x, "yy": y * y, "xy": x * y}).ewm(alpha=1 - lam, adjust=True).mean().iloc[-1]
    assert found.rho == pytest.approx(float(products["xy"] / sqrt(products["xx"] * products["yy"])), abs=1e-8)
    assert found.n_effective == pytest.approx(effective, abs=1e-6)
    few = judged(x[: minimum - 1], y[: minimum - 1], interval)
    assert (few.rho, few.reason, few.n) == (None, "too_few", minimum - 1)
    assert judged(x[:minimum], y[:minimum], interval).rho is not None


def test_beside_it_stand_ranks_joint_falls_and_what_variance_explains() -> None:
    x, y = shared(2, 600)
    x[-15:] *= 4
    y[-15:] *= 4
    found = judged(x, y)
    last_x, last_y = x[-60:], y[-60:]
    assert found.spearman == pytest.approx(stats.spearmanr(last_x, last_y).statistic)
    down = np.mean(np.minimum(last_x, 0) * np.minimum(last_y, 0)) / sqrt(np.mean(last_x**2) * np.mean(last_y**2))
    assert found.semicorrelation == pytest.approx(down)
    variance = pd.Series(x * x).ewm(alpha=0.06, adjust=True).mean()
    now, calm = float(variance.iloc[-1]), float(variance.iloc[29:].median())
    assert found.rho is not None
    explained = found.rho / sqrt(1 + (now / calm - 1) * (1 - found.rho**2))
    assert explained < found.rho
    assert found.forbes_rigobon == pytest.approx(explained)


def test_sixty_returns_are_ranked_of_which_forty_must_be_known() -> None:
    x, y = shared(3, 60)
    assert judged(x[-40:], y[-40:]).spearman == pytest.approx(stats.spearmanr(x[-40:], y[-40:]).statistic)
    short = judged(x[-39:], y[-39:])
    assert (short.spearman, short.semicorrelation, short.few_days) == (None, None, None)
    longer = [np.concatenate((other, own)) for other, own in zip(shared(4, 30), (x, y), strict=True)]
    assert judged(longer[0], longer[1]).spearman == judged(x, y).spearman


def test_a_few_days_that_make_it_are_told() -> None:
    x, y = shared(5, 300, link=0.0)
    assert judged(x, y).few_days is False
    x[-3] = y[-3] = -0.25
    found = judged(x, y)
    assert found.few_days is True
    assert found.spearman == pytest.approx(stats.spearmanr(x[-60:], y[-60:]).statistic)


def test_elevated_is_said_by_the_lower_band_against_the_pairs_own_median() -> None:
    loose, tight = shared(6, 500, link=0.2), shared(7, 60, link=3.0)
    x, y = (np.concatenate(each) for each in zip(loose, tight, strict=True))
    found = judged(x, y)
    past = past_of(x, y, DAY, 1)
    assert found.median == pytest.approx(float(np.nanmedian(past.rho)))
    assert found.low is not None
    assert found.median is not None
    assert found.low > found.median
    assert (found.wording, found.compressed) == ("elevated", True)
    ordinary = judged(*loose)
    assert ordinary.rho is not None
    assert ordinary.low is not None
    assert ordinary.median is not None
    assert ordinary.low <= ordinary.median
    assert (ordinary.wording, ordinary.compressed) == ("normal", False)  # "not distinguishable from normal"


def test_a_median_of_less_than_a_month_is_none() -> None:
    x, y = shared(8, 30 + 23 * 19)
    hourly = judged(x, y, HOUR, 23)
    assert hourly.rho is not None
    assert hourly.median_days < 20
    assert (hourly.median, hourly.wording) == (None, "unknown")


# ------------------------------------------------------------------------------------------------------- days


def table_of(returns: dict[str, FloatArray]) -> DailyTable:
    """A table of closes that make these returns."""
    table = DailyTable(LABELS, tuple(returns), UNIVERSE, RULES)
    for name, moves in returns.items():
        table.put_bars(name, bars(LABELS, 100 * np.exp(np.cumsum(moves))))
    return table


def test_the_daily_pair_is_held_against_three_years_and_its_usual_month() -> None:
    """Of the shares' variance, 20 sessions now against the median of 756 (SIGNALS 3.2)."""
    x, y = shared(9, ROWS)
    x[:300] *= 5  # longer ago than three years: neither its median nor its variance counts
    x[-10:] *= 3
    pair, past = daily_pair(table_of({"SPX": x, "BTC": y}), ROWS - 1, ("ES", "BTC"), "SPX", "made")
    assert len(past.rho) == 756
    assert (pair.median_days, pair.n) == (756, 400)
    month = pd.Series(x * x).rolling(20).mean().to_numpy()
    now, calm = month[-1], np.median(month[-756:])
    assert pair.rho is not None
    assert pair.forbes_rigobon == pytest.approx(pair.rho / sqrt(1 + (now / calm - 1) * (1 - pair.rho**2)), rel=1e-6)
    frame = pd.DataFrame({"xx": x * x, "yy": y * y, "xy": x * y}).ewm(alpha=0.06, adjust=True).mean()
    xx, yy, xy = frame.to_numpy()[-756:].T
    assert pair.median == pytest.approx(float(np.median(xy / np.sqrt(xx * yy))), abs=1e-6)


def test_all_pairs_of_the_set_with_the_number_behind_each() -> None:
    rng = np.random.default_rng(10)
    common = rng.normal(0, 0.01, ROWS)
    signs = {name: -1.0 if name in ("UUP", "VIX") else 1.0 for name in DAILY_MARKETS}
    returns = {name: sign * common + rng.normal(0, 0.01, ROWS) for name, sign in signs.items()}
    table = table_of(returns)
    gone = bars(LABELS[-100:-90], np.full(10, np.nan))
    table.put_bars("GLD", replace(gone, close=np.full(10, np.nan)))
    heat = daily_heat_map(table, ROWS - 1, DAILY_MARKETS)
    assert heat is not None
    assert (heat.names, heat.interval) == (DAILY_MARKETS, DAY)
    place = {name: row for row, name in enumerate(DAILY_MARKETS)}
    assert heat.n[place["SPX"]][place["BTC"]] == 400
    assert heat.n[place["SPX"]][place["GLD"]] == heat.n[place["GLD"]][place["SPX"]] == 389
    moves = pd.DataFrame({name: returns[name][-400:] for name in ("SPX", "VIX")})
    products = pd.DataFrame({"xx": moves["SPX"] ** 2, "yy": moves["VIX"] ** 2, "xy": moves["SPX"] * moves["VIX"]})
    last = products.ewm(alpha=0.06, adjust=True).mean().iloc[-1]
    shown = heat.rho[place["SPX"]][place["VIX"]]
    assert shown == pytest.approx(float(last["xy"] / sqrt(last["xx"] * last["yy"])), abs=1e-8)
    assert shown is not None
    assert shown < 0  # as traded
    turned = pd.DataFrame({name: signs[name] * returns[name][-60:] for name in DAILY_MARKETS}).corr().to_numpy()
    off = turned[~np.eye(10, dtype=bool)]
    assert heat.average == pytest.approx(float(off.mean()), abs=1e-8)
    assert heat.eigen_share == pytest.approx(float(np.linalg.eigvalsh(turned)[-1]) / 10, abs=1e-8)
    few = daily_heat_map(table, ROWS - 1, DAILY_MARKETS[:4])
    assert few is not None
    assert (few.average, few.eigen_share) == (None, None)
    assert daily_heat_map(table, ROWS - 1, DAILY_MARKETS[:1]) is None
