"""Surroundings of the radars: what an Environment and the catalogue make of air, rain, land and sea, as the tables of kernels.

Scenario and coverage get their tables here. `complete` fills the columns of radar rows that hang on their frequency and on the
rain; `losses` and `ground_echo` make the tables that are looked up in flight.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from skyreach.earth.floor import convention
from skyreach.physics.attenuation import (
    gas_attenuation,
    mean_atmosphere,
    rain_attenuation,
    rain_coefficients,
)
from skyreach.physics.clutter import land_gamma, rain_reflectivity_factor, rain_volume, volume_reflectivity
from skyreach.physics.false_alarms import spike_probability
from skyreach.physics.ground_echo import fill_clutter
from skyreach.physics.itu_tables import gas_lines, rain_table
from skyreach.physics.path_loss import LOSS_COLUMNS, LOSS_ROWS, fill_losses, one_way_loss
from skyreach.physics.radar import SPEED_OF_LIGHT
from skyreach.scenario.refraction import rays_of
from skyreach.world.codes import MULTIPATH

if TYPE_CHECKING:
    from skyreach.catalog import Catalog
    from skyreach.scenario.environment import Environment

GAS_DH, GAS_ROWS = 500.0, 61  # m, rows of the table of specific attenuation
SEA_LEVEL = 0.3  # m: ground that lies so near to the geoid is sea
RAIN_K2 = 0.93  # |K|^2 of water: Doviak and Zrnic, Doppler Radar and Weather Observations, 2nd ed., section 4.4
BEAM_FACTOR = 1.0 / (2.0 * math.log(2.0))  # Probert-Jones 1962, as physics.clutter.rain_volume


def sea_of(ground: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Which points are sea, u1: the ground there lies at sea level; both ellipsoidal heights [m] of one shape."""
    return (np.abs(ground - level) < SEA_LEVEL).astype(np.uint8)


class Surroundings:
    """An Environment with the figures of a catalogue behind it; k: effective earth factor where refraction is standard; place:
    latitude and longitude [rad], for the local gradient."""

    def __init__(self, environment: "Environment", cat: "Catalog", k: float, place: tuple[float, float] | None = None) -> None:
        self.env, self.rays = environment, rays_of(environment.refraction, k, place)
        self.land, self.sea, self.air = cat[environment.land], cat["sea"], cat["air"]

    @property
    def k(self) -> float:
        """Effective earth factor: of all rays, or where they are traced through a profile the one nearest to it."""
        return self.rays.k

    @property
    def convention(self) -> str:
        """How floors are meant here."""
        return convention(self.k, self.rays.name if self.rays.traced else "")

    @property
    def refraction(self) -> dict[str, object]:
        """How rays bend, for an answer."""
        rays = self.rays
        return {"said": self.env.refraction, "name": rays.name, "k": rays.k, "gradient_n_km": round(rays.gradient, 2),
                "traced": rays.traced}  # fmt: skip

    @property
    def rain_height(self) -> float:
        """Top of the rain [m msl]."""
        given = self.env.rain_height_m
        return self.air.si("rain_height") if given is None else float(given)

    def fill_params(self, p: np.void) -> None:
        """Write the columns of PARAMS that stand for the surroundings."""
        p["k"], p["traced"] = self.k, int(self.rays.traced)
        p["rain_height"] = self.rain_height
        p["multipath"] = MULTIPATH[self.env.multipath]
        p["diffraction"] = 1 if self.env.diffraction == "knife_edge" else 0
        p["land_permittivity"], p["land_conductivity"] = self.land.si("permittivity"), self.land.si("conductivity")
        p["land_roughness"] = self.land.si("roughness")
        p["sea_permittivity"], p["sea_conductivity"] = self.sea.si("permittivity"), self.sea.si("conductivity")
        states, heights = self.sea.table("wave_height")
        p["sea_roughness"] = 0.25 * float(np.interp(self.env.sea_state, states, heights))  # a sea's significant height is 4 sigma
        p["strobe"] = 10.0 ** (0.1 * self.env.strobe_db)

    def complete(self, radars: np.ndarray) -> None:
        """Write rain_rcs and loss_dr of radar rows whose other columns are filled."""
        rate = float(self.env.rain_mm_h) if self.env.clutter else 0.0
        for radar in radars:
            radar["loss_dr"] = radar["r_max"] / (LOSS_COLUMNS - 1)
            if rate > 0.0:
                eta = volume_reflectivity(rain_reflectivity_factor(rate), RAIN_K2, float(radar["wavelength"]))
                pulse = 2.0 * float(radar["resolution"]) / SPEED_OF_LIGHT
                width_az, width_el = float(radar["width_az"]), float(radar["width_el"])
                radar["rain_rcs"] = eta * rain_volume(1.0, width_az, width_el, pulse, BEAM_FACTOR)

    def losses(self, radars: np.ndarray) -> np.ndarray:
        """Two-way losses of each radar over those of its reference path [nepers of power], f4 (radars, heights, ranges)."""
        out = np.zeros((len(radars), LOSS_ROWS, LOSS_COLUMNS), np.float32)
        by_frequency: dict[float, np.ndarray] = {}
        for radar, table in zip(radars, out, strict=True):
            f = float(radar["frequency"])
            if f not in by_frequency:
                by_frequency[f] = self._gas(f)
            gas, k_radius = by_frequency[f], self.k * float(radar["radius"])
            rate = float(self.env.rain_mm_h)
            tilt = 0.5 * math.pi if radar["vertical"] else 0.0
            constant, alpha = rain_coefficients(f, 0.0, tilt, rain_table())
            gamma = rain_attenuation(constant, alpha, rate) if rate > 0.0 else 0.0
            reference, _ = one_way_loss(
                gas, GAS_DH, 0.0, 0.0, float(radar["h_ell"]), float(radar["h_ref"]), float(radar["r_ref"]), k_radius
            )
            fill_losses(
                gas, GAS_DH, gamma, alpha, rate, f, self.rain_height, float(radar["h_ell"]), k_radius,
                float(radar["loss_dr"]), reference, table,
            )  # fmt: skip
        return out

    def ground_echo(
        self, radar: np.void, floor: np.ndarray, ground: np.ndarray, sea: np.ndarray, dr: float, loss: np.ndarray
    ) -> np.ndarray:
        """Echo of the surface over the noise of one radar [1], before its filter, f4 like ground.

        floor, ground, sea: lowest visible height, ground [m, ellipsoidal] and 1 where wet, at nodes dr [m] apart in range."""
        out = np.zeros(ground.shape, np.float32)
        if self.env.clutter:
            land, gamma = self._land(float(radar["frequency"]))
            scale = self.sea.si("sigma0_spread", self.env.level)
            fill_clutter(radar, floor, ground, sea, dr, self.k, land, gamma, float(self.env.sea_state), scale, loss, out)
        return out

    def spikes(self, pfa: float) -> tuple[float, float]:
        """Probability that a cell of land, and of sea, crosses the threshold of this Pfa by itself [1]."""
        land, sea = (kind.si("spike_shape", self.env.level) for kind in (self.land, self.sea))
        return spike_probability(pfa, land), spike_probability(pfa, sea)

    def _gas(self, frequency: float) -> np.ndarray:
        """Specific attenuation of air [dB/km] at i * GAS_DH [m]."""
        if not self.env.gas:
            return np.zeros(GAS_ROWS)
        given = self.env.vapour_g_m3
        vapour = self.air.si("vapour") if given is None else 1e-3 * float(given)
        oxygen, water = gas_lines()
        out = np.empty(GAS_ROWS)
        for i in range(GAS_ROWS):
            pressure, temperature, rho = mean_atmosphere(i * GAS_DH, vapour)
            out[i] = sum(gas_attenuation(frequency, pressure, temperature, rho, oxygen, water))
        return out

    def _land(self, frequency: float) -> tuple[float, float]:
        """(Echo of the land per area [1], 0 where gamma holds; gamma [1]) at a frequency [Hz]; dB linear over its log."""
        if self.env.land_model == "gamma":
            return 0.0, land_gamma(self.land.si("gamma", self.env.level), frequency)
        ghz, values = self.land.table("sigma0")
        level = np.interp(math.log(1e-9 * frequency), np.log(ghz), 10.0 * np.log10(values))
        return 10.0 ** (0.1 * float(level)) * self.land.si("sigma0_spread", self.env.level), 0.0
