"""The registry of tables: packed dtypes, one entry for each table and column, every column described."""

import numpy as np
import pytest

from skyreach.world import tables
from skyreach.world.state import Log, Model, World, copy_world, new_log, rows
from skyreach.world.tables import LOG_TABLES, MISSILE_TYPES, PARAMS, TABLES, dtype_of

ALL = {**{f"world.{k}": v for k, v in TABLES.items()}, **{f"log.{k}": v for k, v in LOG_TABLES.items()}}
ALL |= {"params": PARAMS, "missile_types": MISSILE_TYPES}
UNITS = {"", "1", "m", "s", "m/s", "m/s2", "m2", "m2/s3", "m2/s5", "m, m/s, m/s2", "m2 to m2/s4", "rad", "rad/s", "kg", "Hz", "W/Hz", "S/m", "m2 Hz/W", "N", "N s", "USD", "m, m/s", "m2, m2/s, m2/s2"}
DESIGN = {  # the ten tables of the design
    "sites", "radars", "launchers", "missiles", "targets", "routes", "tracks", "assignments", "links", "events",
}  # fmt: skip


def a_world(n=3):
    shapes = {"looks": (n, n), "fixes": (n, n), "limits": (n, n), "waits": (n, n), "clock": 1}
    return World(**{name: rows(name, shapes.get(name, n)) for name in World._fields})


def test_the_registry_holds_the_world_and_the_log_in_order():
    assert tuple(TABLES) == World._fields
    assert (*LOG_TABLES, "n") == Log._fields
    assert set(TABLES) >= DESIGN
    assert {"params", "missile_types"} <= set(Model._fields)


@pytest.mark.parametrize("name", ALL)
def test_dtypes_are_packed(name):
    """No holes: a digest over the bytes of a table depends on its values alone."""
    dtype = dtype_of(ALL[name])
    assert dtype.itemsize == sum(np.dtype(f.type).itemsize * int(np.prod(f.shape)) for f in ALL[name])
    assert not dtype.isalignedstruct
    assert dtype.names == tuple(f.name for f in ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_every_column_is_described_once(name):
    names = [f.name for f in ALL[name]]
    assert len(names) == len(set(names))
    for field in ALL[name]:
        assert field.name.isidentifier()
        assert field.meaning.strip() == field.meaning != ""
        assert field.unit in UNITS, f"{field.name}: unit {field.unit}"
        assert field.type in ("i8", "f8", "u8"), f"{field.name}: kernels would compile anew for {field.type}"
        assert field.unit or field.type == "i8" or field.name in ("seed", "value"), f"{field.name}: a number without unit"


@pytest.mark.parametrize("name", ALL)
def test_vectors_of_space_name_their_frame(name):
    for field in ALL[name]:
        if field.shape == (3,) and field.unit not in ("m2", "1"):  # cross-sections go by band, probabilities by model
            assert field.frame == "ECEF", f"{name}.{field.name}"
        if field.name.endswith("_ecef") and field.shape in ((3,), (6,)):
            assert field.frame == "ECEF", f"{name}.{field.name}"


def test_new_rows_are_zero_and_a_log_is_empty():
    for name in TABLES:
        assert rows(name, 2).tobytes().strip(b"\0") == b""
    log = new_log(7)
    assert [len(getattr(log, name)) for name in LOG_TABLES] == [7] * len(LOG_TABLES)
    assert log.n.tolist() == [0] * len(LOG_TABLES)


@pytest.mark.parametrize("tactics", [0, 1])
def test_a_copied_world_shares_nothing_that_a_run_writes(tactics):
    first = a_world()._replace(tactics=rows("tactics", tactics))
    second = copy_world(first)
    for name in World._fields:
        shared = np.shares_memory(getattr(first, name), getattr(second, name))
        assert shared == (name == "routes" and tactics == 0), name  # who has tactics may leave its route
        assert getattr(second, name).tobytes() == getattr(first, name).tobytes()


def test_drag_columns_stand_for_tenths_of_mach():
    assert tables.DRAG_STEP == 0.1
