"""Adapters of the standard-atmosphere cases (see validation_registry)."""

from skyreach.physics import airflow, atmosphere


def us76_atmosphere(altitude_geometric):
    """Temperature [K], pressure [Pa], density [kg/m3], speed of sound [m/s]."""
    return dict(zip(("T", "p", "rho", "speed_of_sound"), atmosphere.us76(altitude_geometric), strict=True))


def us76_atmosphere_geopotential(altitude_geopotential):
    """Temperature [K], pressure [Pa], density [kg/m3], speed of sound [m/s]."""
    answer = atmosphere.us76_geopotential(altitude_geopotential)
    return dict(zip(("T", "p", "rho", "speed_of_sound"), answer, strict=True))


def geopotential_altitude(altitude_geometric, r0):
    """Geopotential altitude [m]."""
    return {"altitude_geopotential": atmosphere.geopotential_height(altitude_geometric, r0)}


def dynamic_viscosity(T):
    """Viscosity [Pa s]."""
    return {"mu": atmosphere.dynamic_viscosity(T)}


def airspeed(mach, altitude_geopotential):
    """True and calibrated airspeed [m/s]."""
    return {
        "TAS": airflow.true_airspeed(mach, altitude_geopotential),
        "CAS": airflow.calibrated_airspeed(mach, altitude_geopotential),
    }


def isentropic_ratios(mach, gamma):
    """Stagnation ratios [1]."""
    return {
        "T0_T": airflow.stagnation_temperature_ratio(mach, gamma),
        "p0_p": airflow.stagnation_pressure_ratio(mach, gamma),
    }


def normal_shock(mach, gamma):
    """Ratios across a normal shock [1]."""
    return {
        "p02_p1": airflow.pitot_ratio(mach, gamma),
        "p2_p1": airflow.shock_pressure_ratio(mach, gamma),
        "M2": airflow.shock_mach(mach, gamma),
    }


MODELS = {
    f.__name__: f
    for f in (
        us76_atmosphere, us76_atmosphere_geopotential, geopotential_altitude, dynamic_viscosity, airspeed,
        isentropic_ratios, normal_shock,
    )
}  # fmt: skip
