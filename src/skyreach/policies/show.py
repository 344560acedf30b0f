"""Rows of the world -> the records that a policy sees. Nothing of truth goes through here."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from skyreach.engine.bookkeeping import chief
from skyreach.engine.decide import free_rounds
from skyreach.engine.plan import ahead
from skyreach.policies.views import Asset, Missile, Plot, Radar, Track, TrackState, Unit
from skyreach.world import codes
from skyreach.world.state import Model, World

KIND = {int(code): word for word, code in codes.TARGET_KINDS.items()}
IDENTITY = {int(code): word for code, word in codes.IDENTITIES.items()}
RELEASE = {int(code): word for word, code in codes.RELEASES.items()}
ANSWER = {-1: "not asked", int(codes.IFF_NONE): "none", int(codes.IFF_FRIEND): "friend", int(codes.IFF_CIVIL): "civil"}


class Show:
    """Views of one run. names: those of the compiled scenario."""

    def __init__(self, model: Model, world: World, names: Mapping[str, list[str]]) -> None:
        self.model, self.world, self.names = model, world, names
        self.seed = model.params[0]["seed"]
        self.units = np.flatnonzero(world.sites["kind"] == codes.FIRE_UNIT).tolist()
        self.row_of_unit = {names["sites"][k]: k for k in self.units}
        self.row_of_missile = {name: i for i, name in enumerate(names["missile_types"])}

    def site(self, k: int) -> str:
        """Name of a site."""
        return self.names["sites"][k]

    def missile(self, type_: int) -> str:
        """Name of a type of missile."""
        return self.names["missile_types"][type_]

    def tracks(self, rows: Iterable[int], t: float, weight: Any = None, t_left: Any = None) -> tuple[Track, ...]:
        """Tracks of these rows, where they are at t [s] by their course; weight [1] and t_left [s] by row of tracks."""
        on_it, out = self._engaged(), []
        for i in rows:
            row = self.world.tracks[i]
            x, y, z, _ = ahead(row, t)
            value, left = (0.0, math.inf) if weight is None else (float(weight[i]), float(t_left[i]))
            out.append(Track(t=t, pos_ecef=(x, y, z), weight=value, t_left=left, **_known(row, on_it)))
        return tuple(out)

    def states(self, rows: Iterable[int]) -> tuple[TrackState, ...]:
        """Tracks of these rows as they stand in the file."""
        on_it, out = self._engaged(), []
        for i in rows:
            row = self.world.tracks[i]
            x = row["x"].tolist()
            cov = tuple(map(tuple, row["P"].tolist()))
            out.append(TrackState(t=float(row["t"]), pos_ecef=(x[0], x[1], x[2]), cov=cov, **_known(row, on_it)))
        return tuple(out)

    def _engaged(self) -> dict[int, int]:
        """Missiles ordered or in flight, by the number of the track."""
        held = self.world.assignments[: self.world.clock[0]["n_assignments"]]
        out: dict[int, int] = {}
        for row in held[held["state"] != codes.OPEN_ROW]:
            number = int(row["track_number"])
            out[number] = out.get(number, 0) + int(row["ordered"] - row["ended"])
        return out

    def firm(self) -> list[int]:
        """Rows of the firm tracks."""
        return np.flatnonzero(self.world.tracks["state"] == codes.FIRM).tolist()

    def unit(self, k: int) -> Unit:
        """Fire unit of row k."""
        world, site = self.world, self.world.sites[k]
        mine = world.launchers[world.launchers["site"] == k]
        rounds = {self.missile(i): int(free_rounds(world, k, i)) for i in dict.fromkeys(mine["type"].tolist())}
        return Unit(
            self.site(k), tuple(site["pos_ecef"].tolist()), bool(site["alive"]),
            int(site["target_channels"] - site["targets_held"]), int(site["missile_channels"] - site["missiles_held"]),
            MappingProxyType(rounds), int(site["salvo"]), RELEASE[int(site["release"])],
            bool(site["post"] >= 0 and chief(world.sites, world.links, k) == k),
        )  # fmt: skip

    def assets(self) -> tuple[Asset, ...]:
        """What is defended: all sites of a value."""
        found = np.flatnonzero(self.world.sites["value"] > 0.0).tolist()
        rows = [(k, self.world.sites[k]) for k in found]
        return tuple(
            Asset(self.site(k), tuple(row["pos_ecef"].tolist()), float(row["value"]), bool(row["alive"])) for k, row in rows
        )

    def missiles(self) -> Mapping[str, Missile]:
        """Types of missiles of the defence."""
        out = {}
        for i, m in enumerate(self.model.missile_types):
            kills = {word: float(m["reliability"] * m["pk"][k]) for k, word in KIND.items()}
            out[self.missile(i)] = Missile(
                self.missile(i), float(m["cost"]), MappingProxyType(kills), float(m["target_speed"])
            )
        return MappingProxyType(out)

    def radar(self, r: int) -> Radar:
        """Radar of row r."""
        row = self.world.radars[r]
        turn: Any = tuple(map(tuple, row["R_enu_from_ecef"].tolist()))
        return Radar(self.names["radars"][r], tuple(row["pos_ecef"].tolist()), turn, float(row["update_search"]))

    def plots(self, rows: Iterable[int]) -> tuple[Plot, ...]:
        """Plots of these rows of this frame."""
        keys = ("r_slant", "az", "el", "sigma_r", "sigma_az", "sigma_el", "snr")
        table = self.world.plots
        return tuple(
            Plot(
                pos_ecef=tuple(table[k]["pos_ecef"].tolist()), strobe=bool(table[k]["strobe"]),
                **{key: float(table[k][key]) for key in keys},
            )
            for k in rows
        )  # fmt: skip

    def airway_distance(self, pos_ecef: tuple[float, ...]) -> float:
        """Distance on the map from a point to the edge of the nearest airway [m], 0 within; inf where there is none."""
        here = np.array(pos_ecef)
        r = float(np.linalg.norm(here))
        here /= r
        best = math.inf
        for way in self.model.airways:
            a, b = way["a"], way["b"]
            pole = np.cross(a, b)
            pole /= np.linalg.norm(pole)
            foot = here - (here @ pole) * pole
            between = np.cross(a, foot) @ pole >= 0.0 and np.cross(foot, b) @ pole >= 0.0
            angle = math.asin(min(abs(float(here @ pole)), 1.0)) if between else min(_angle(here, a), _angle(here, b))
            best = min(best, max(angle * r - float(way["half_width"]), 0.0))
        return best


def _known(row: Any, on_it: Mapping[int, int]) -> dict[str, Any]:
    """What a view of a track holds whatever the time."""
    x, P, number = row["x"].tolist(), row["P"], int(row["number"])
    return {
        "number": number, "firm": bool(row["state"] == codes.FIRM), "identity": IDENTITY[int(row["identity"])],
        "passes_as": KIND[int(row["kind"])], "vel_ecef": (x[3], x[4], x[5]),
        "sigma": math.sqrt(max(float(P[0, 0] + P[1, 1] + P[2, 2]), 0.0) / 3.0),
        "t_first": float(row["t_first"]), "t_plot": float(row["t_plot"]), "plots": int(row["hits"]),
        "missiles": on_it.get(number, 0),
    }  # fmt: skip


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    return math.atan2(float(np.linalg.norm(np.cross(a, b))), float(a @ b))
