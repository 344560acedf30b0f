"""Random numbers as a function of a key: Philox4x32-10, no state, no order of draws.

Key: run seed (low word) and purpose; counter: entity, entity, frame and the high word of the seed. The same
(seed, purpose, a, b, frame) gives the same number in every driver, thread and version.
Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC'11).
Validated: tests/world/test_dice.py against the Random123 known-answer vectors.
"""

import math

import numpy as np

from skyreach.jit import kernel
from skyreach.world.codes import codes

MASK = np.uint64(0xFFFFFFFF)
M0, M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
W0, W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
U32 = np.uint64(32)

# purposes: one per question that is asked of chance
(
    DETECT, MEASURE, IDENTIFY, REPLY, SEEKER, KILL, DAMAGE, PHASE, RELEASE, LINK, FEED, BIAS, NOISE, IMPACT, EMITTER, POLICY,
    DECOYED, SPIKES,
) = codes(18)  # fmt: skip
ONCE = np.int64(0)  # frame of a draw that is made once in a run


@kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words (uint64 holding 32 bits each) of counter c0..c3 and key k0, k1 (same type)."""
    for _ in range(10):
        p0 = M0 * c0
        p1 = M1 * c2
        c0 = (p1 >> U32) ^ c1 ^ k0
        c2 = (p0 >> U32) ^ c3 ^ k1
        c1 = p1 & MASK
        c3 = p0 & MASK
        k0 = (k0 + W0) & MASK
        k1 = (k1 + W1) & MASK
    return c0, c1, c2, c3


@kernel
def words(seed, purpose, a, b, frame):
    """Four random words for a key; a, b, frame are whole numbers >= 0 below 2**32, seed below 2**64."""
    s = np.uint64(seed)
    return philox(np.uint64(a), np.uint64(b), np.uint64(frame), s >> U32, s & MASK, np.uint64(purpose))


@kernel
def uniform(seed, purpose, a, b, frame):
    """Uniform number in [0, 1) with 53 random bits."""
    w0, w1, _, _ = words(seed, purpose, a, b, frame)
    high = float(w0 >> np.uint64(5))
    low = float(w1 >> np.uint64(6))
    return (high * 67108864.0 + low) / 9007199254740992.0


@kernel
def normals(seed, purpose, a, b, frame):
    """Four independent standard normal numbers (Box-Muller, 32 bits each; tails end at 6.7 sigma)."""
    w0, w1, w2, w3 = words(seed, purpose, a, b, frame)
    r0 = math.sqrt(-2.0 * math.log((float(w0) + 1.0) / 4294967296.0))
    r1 = math.sqrt(-2.0 * math.log((float(w2) + 1.0) / 4294967296.0))
    p0 = 2.0 * math.pi * float(w1) / 4294967296.0
    p1 = 2.0 * math.pi * float(w3) / 4294967296.0
    return r0 * math.cos(p0), r0 * math.sin(p0), r1 * math.cos(p1), r1 * math.sin(p1)
