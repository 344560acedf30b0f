"""Philox4x32-10 against the published vectors, and the draws made of it against their distributions."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from skyreach.jit import kernel
from skyreach.world import dice

ONES = 0xFFFFFFFF
# Random123 (Salmon, Moraes, Dror, Shaw; D. E. Shaw Research), file kat_vectors, lines "philox4x32 10"
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
WAYS = {"compiled": lambda kernel: kernel, "plain": lambda kernel: getattr(kernel, "py_func", kernel)}
SMALLEST_P = 1e-4  # the seeds are fixed: a p-value below this is a fault, not bad luck (some 40 tests stand here)


@kernel
def many_uniforms(seed, purpose, n_a, n_frames, out):
    """Uniform draws of entities 0..n_a-1 over frames 0..n_frames-1 into out (n_a, n_frames)."""
    for a in range(n_a):  # a entity, f frame
        for f in range(n_frames):
            out[a, f] = dice.uniform(seed, purpose, a, 0, f)


@kernel
def many_normals(seed, n, out):
    """Four normals of each of n frames into out (n, 4)."""
    for f in range(n):  # f frame
        out[f, 0], out[f, 1], out[f, 2], out[f, 3] = dice.normals(seed, dice.MEASURE, 3, 5, f)


def uniforms(seed=1, purpose=dice.DETECT, n_a=50, n_frames=2000):
    out = np.empty((n_a, n_frames))
    many_uniforms(np.uint64(seed), purpose, n_a, n_frames, out)
    return out


@pytest.fixture(scope="module")
def gauss():
    out = np.empty((50_000, 4))
    many_normals(np.uint64(1), len(out), out)
    return out


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_philox_gives_the_published_words(way, counter, key, expected):
    got = WAYS[way](dice.philox)(*(np.uint64(v) for v in (*counter, *key)))
    assert tuple(int(v) for v in got) == expected


@pytest.mark.parametrize("way", WAYS)
def test_key_and_counter_are_laid_out_as_documented(way):
    """Counter: a, b, frame, high word of the seed; key: low word of the seed, purpose."""
    seed = 0x0370734424126EA1
    by_key = WAYS[way](dice.words)(np.uint64(seed), dice.KILL, 7, 11, 13)
    plain = dice.philox(*(np.uint64(v) for v in (7, 11, 13, 0x03707344, 0x24126EA1, int(dice.KILL))))
    assert tuple(map(int, by_key)) == tuple(map(int, plain))


@pytest.mark.parametrize("draw", [dice.uniform, dice.normals])
def test_compiled_and_plain_draw_the_same_bits(draw):
    plain = getattr(draw, "py_func", draw)
    for n in range(50):
        args = (np.uint64(2**63 + 977 * n), dice.SEEKER, n, 3 * n, n * n)
        assert draw(*args) == plain(*args)


def test_uniform_lies_in_the_half_open_interval_and_keeps_53_bits():
    u = uniforms()
    assert u.min() >= 0.0
    assert u.max() < 1.0
    scaled = u * 2.0**53
    assert (scaled == np.floor(scaled)).all()
    assert (scaled % 2 == 1).mean() == pytest.approx(0.5, abs=0.01)  # the last bit is random too: 6 sigma of 1e5 draws


@pytest.mark.parametrize("purpose", [dice.DETECT, dice.KILL, dice.PHASE])
@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 - 1])
def test_uniform_is_uniform(seed, purpose):
    u = uniforms(seed, purpose).ravel()
    assert stats.kstest(u, "uniform").pvalue > SMALLEST_P
    counts = np.bincount((u * 64).astype(int), minlength=64)
    assert stats.chisquare(counts).pvalue > SMALLEST_P


def test_neighbours_in_frame_and_entity_are_independent():
    """Chi-square of pairs on an 8 x 8 grid: along the frames of one entity, and across entities in one frame."""
    u = (uniforms(n_a=100, n_frames=1000) * 8).astype(int)
    for here, there in ((u[:, :-1], u[:, 1:]), (u[:-1], u[1:])):
        pairs = np.bincount((8 * here + there).ravel(), minlength=64)
        assert stats.chisquare(pairs).pvalue > SMALLEST_P


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"seed": 1 + 2**32},
        {"purpose": dice.MEASURE},
    ],
)
def test_another_key_is_another_independent_stream(other):
    mine, theirs = uniforms(), uniforms(**other)
    assert (mine != theirs).mean() == pytest.approx(1.0, abs=1e-9)
    r = np.corrcoef(mine.ravel(), theirs.ravel())[0, 1]
    assert abs(r) < 4.5 / math.sqrt(mine.size)  # one in 150 000 for independent streams


def test_every_part_of_the_key_counts():
    base = dict(seed=np.uint64(5), purpose=dice.DETECT, a=1, b=2, frame=3)
    first = dice.uniform(*base.values())
    for name, value in (
        ("seed", np.uint64(6)), ("seed", np.uint64(5 + 2**32)), ("purpose", dice.KILL), ("a", 2), ("b", 1), ("frame", 4),
    ):  # fmt: skip
        assert dice.uniform(*{**base, name: value}.values()) != first
    assert dice.uniform(np.uint64(5), dice.DETECT, 2, 1, 3) != first  # the order of the entities counts
    assert dice.uniform(*base.values()) == first  # and there is no state


def test_normals_are_standard_normal(gauss):
    for column in gauss.T:
        assert stats.kstest(column, "norm").pvalue > SMALLEST_P
    n = gauss.size
    # standard errors of mean, variance, skewness and excess kurtosis of n normal draws; 4.5 of them
    assert abs(gauss.mean()) < 4.5 / math.sqrt(n)
    assert abs(gauss.var() - 1.0) < 4.5 * math.sqrt(2.0 / n)
    assert abs(stats.skew(gauss.ravel())) < 4.5 * math.sqrt(6.0 / n)
    assert abs(stats.kurtosis(gauss.ravel())) < 4.5 * math.sqrt(24.0 / n)


def test_the_four_normals_are_independent_in_value_and_in_size(gauss):
    bound = 4.5 / math.sqrt(len(gauss))
    off = ~np.eye(4, dtype=bool)
    assert np.abs(np.corrcoef(gauss.T)[off]).max() < bound
    assert np.abs(np.corrcoef(gauss.T**2)[off]).max() < bound
    assert np.abs([np.corrcoef(c[:-1], c[1:])[0, 1] for c in gauss.T]).max() < bound


def test_normals_stay_finite_at_the_ends_of_the_words(monkeypatch):
    """32 random bits end at sqrt(2 * 32 * ln 2) = 6.66 sigma; word 0 must not give an infinity."""
    plain = getattr(dice.normals, "py_func", dice.normals)
    for word in (0, ONES):
        monkeypatch.setitem(plain.__globals__, "words", lambda *_, w=word: (np.uint64(w),) * 4)
        values = plain(np.uint64(1), dice.MEASURE, 0, 0, 0)
        assert all(math.isfinite(v) for v in values)
        assert max(map(abs, values)) <= math.sqrt(64.0 * math.log(2.0)) + 1e-12


def test_the_same_bits_without_the_compiler():
    code = (
        "from skyreach.world import dice; import numpy as np\n"
        "print([dice.uniform(np.uint64(9), dice.DETECT, 1, 2, f).hex() for f in range(5)],"
        " [v.hex() for v in dice.normals(np.uint64(9), dice.MEASURE, 1, 2, 3)])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "NUMBA_DISABLE_JIT": "1"}
    ).stdout
    here = (
        [dice.uniform(np.uint64(9), dice.DETECT, 1, 2, f).hex() for f in range(5)],
        [v.hex() for v in dice.normals(np.uint64(9), dice.MEASURE, 1, 2, 3)],
    )
    assert said.strip() == f"{here[0]} {here[1]}"
