"""Each peer's case, run in a process of its own: python peers.py CASE FOLDER RADIUS. Prints one JSON document.

Reads dem.tif (projected metres) of the folder, writes out.tif where the peer makes a raster. gdal-rasterio: the C function of
the library inside rasterio; gdal-viewshed and grass: programs of the distribution; the others: Python packages that the main
script puts into environments of their own. This file imports neither skyreach nor the rest at the top."""

import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from clock import Clock, memory_mb

POSTING, MAST, K, EARTH = 90.0, 25.0, 4.0 / 3.0, 6371000.0


def gdal_rasterio(dem, radius, out):
    """GDALViewshedGenerate, DEM mode: lowest visible altitude as a raster."""
    import rasterio

    gdal = ctypes.CDLL(str(next((Path(rasterio.__file__).parent.parent / "rasterio.libs").glob("libgdal*"))))
    gdal.GDALAllRegister()
    for name in ("GDALOpen", "GDALGetRasterBand", "GDALViewshedGenerate"):
        getattr(gdal, name).restype = ctypes.c_void_p
    pointer = ctypes.c_void_p
    gdal.GDALViewshedGenerate.argtypes = (
        [pointer, ctypes.c_char_p, ctypes.c_char_p, pointer]
        + [ctypes.c_double] * 9
        + [ctypes.c_int, ctypes.c_double, pointer, pointer, ctypes.c_int, pointer]
    )
    gdal.GDALGetRasterBand.argtypes, gdal.GDALClose.argtypes = [pointer, ctypes.c_int], [pointer]
    band = gdal.GDALGetRasterBand(gdal.GDALOpen(str(dem).encode(), 0), 1)
    numbers = (500e3, 4e6, MAST, 0.0, 255.0, 0.0, 0.0, -1.0, 1.0 / K)
    with Clock() as clock:
        view = gdal.GDALViewshedGenerate(band, b"GTiff", str(out).encode(), None, *numbers, 2, radius * 1e3, None, None, 2, None)
        gdal.GDALClose(view)
    version = f"GDAL {rasterio.__gdal_version__} in rasterio {rasterio.__version__}, DEM mode"
    return clock.result | {"version": version, "peak_mb": memory_mb("VmHWM")}


def gdal_viewshed(dem, radius, out):
    """gdal_viewshed of the distribution, DEM mode; the whole program counts."""
    words = ["-q", "-ox", "500000", "-oy", "4000000", "-oz", str(MAST), "-tz", "0", "-md", str(radius * 1000)]
    with Clock(children=True) as clock:
        subprocess.run(["gdal_viewshed", *words, "-cc", str(1 / K), "-om", "DEM", dem, out], check=True)
    version = subprocess.run(["gdalinfo", "--version"], capture_output=True, text=True, check=True).stdout
    return clock.result | {"version": version.split(",")[0] + " program, DEM mode"}


def grass(dem, radius, out):
    """GRASS r.viewshed -c -r: seen or not; start-up taken off."""
    work = Path(tempfile.mkdtemp(prefix="grass-"))

    def run(*words):
        subprocess.run(["grass", str(work / "loc" / "PERMANENT"), "--exec", *words], check=True, capture_output=True)

    try:
        subprocess.run(["grass", "-c", "EPSG:32636", "-e", str(work / "loc")], check=True, capture_output=True)
        run("r.in.gdal", f"input={dem}", "output=dem")
        run("g.region", "raster=dem")
        with Clock(children=True) as empty:
            run("true")
        with Clock(children=True) as clock:
            run(
                "r.viewshed", "-c", "-r", "input=dem", "output=view", "coordinates=500000,4000000", "target_elevation=0",
                f"observer_elevation={MAST}", f"max_distance={radius * 1000}", "refraction_coeff=0.25", "memory=8000",
            )  # fmt: skip
        run("r.out.gdal", "-c", "input=view", f"output={out}", "type=Float32", "nodata=-1")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    version = subprocess.run(["grass", "--config", "version"], capture_output=True, text=True, check=True).stdout
    less = {key: value - empty.result[key] for key, value in clock.result.items()}
    return less | {"version": f"GRASS {version.strip()} r.viewshed, seen or not"}


def lowered(dem):
    """The DEM as a tool without curvature must be given it: each cell lowered by d^2 / (2 k R)."""
    import numpy as np
    import rasterio

    with rasterio.open(dem) as file:
        height, profile = file.read(1), file.profile
    step = (np.arange(height.shape[0]) - height.shape[0] // 2) * POSTING
    flat = height - (step[:, None] ** 2 + step[None, :] ** 2) / (2 * K * EARTH)
    return flat.astype(np.float32), profile


def xarray_spatial(dem, radius, out):
    """xrspatial.viewshed: seen or not; compilation not counted."""
    import numpy as np
    import xarray as xr
    import xrspatial

    def raster(height):
        axis = (np.arange(height.shape[0]) - height.shape[0] // 2) * POSTING
        return xr.DataArray(height.astype(np.float64), dims=("y", "x"), coords={"y": axis[::-1], "x": axis})

    height, _ = lowered(dem)
    xrspatial.viewshed(raster(height[:99, :99]), x=0, y=0, observer_elev=MAST)
    data = raster(height)
    with Clock() as clock:
        view = xrspatial.viewshed(data, x=0.0, y=0.0, observer_elev=MAST)
    step = np.arange(height.shape[0]) - height.shape[0] // 2
    disc = step[:, None] ** 2 + step[None, :] ** 2 <= (radius * 1000 / POSTING) ** 2
    seen = {"seen_share": round(float((view.values[disc] > 0).mean()), 4), "peak_mb": memory_mb("VmHWM")}
    return clock.result | seen | {"version": f"xarray-spatial {xrspatial.__version__}, seen or not"}


def aetherpy(dem, radius, out):
    """aetherpy viewshed_sweep: seen or not, one ray a cell; compilation not counted."""
    from importlib.metadata import version

    import numpy as np
    import rasterio
    from aetherpy.core import viewshed_sweep
    from aetherpy.data.loader import DEM

    flat, profile = lowered(dem)
    with rasterio.open(str(out) + ".flat.tif", "w", **profile) as file:
        file.write(flat, 1)
    terrain, middle = DEM(str(out) + ".flat.tif"), (flat.shape[0] // 2, flat.shape[0] // 2)
    viewshed_sweep(terrain, middle, obs_h=MAST, max_dist=500.0)
    with Clock() as clock:
        view = np.asarray(viewshed_sweep(terrain, middle, obs_h=MAST, max_dist=radius * 1e3))
    step = np.arange(len(flat)) - len(flat) // 2
    disc = step[:, None] ** 2 + step[None, :] ** 2 <= (radius * 1000 / POSTING) ** 2
    seen = {"seen_share": round(float((view[disc] > 0).mean()), 4), "peak_mb": memory_mb("VmHWM")}
    return clock.result | seen | {"version": "aetherpy " + version("aetherpy") + ", seen or not"}


def itur(paths, radius, out):
    """ITU-Rpy, gamma_exact times length, path by path, on the first paths of the file; seconds for 100,000."""
    from importlib.metadata import version

    import itur.models.itu676 as p676
    import numpy as np

    f, p, t, rho, r = np.load(paths)[:, :1000]
    p676.gamma_exact(10.0, 1000.0, 7.5, 288.0)
    with Clock() as clock:
        loss = [
            float(p676.gamma_exact(a / 1e9, b / 100, d * 1e3, c).value) * e / 1e3
            for a, b, c, d, e in zip(f, p, t, rho, r, strict=True)
        ]
    np.save(out, loss)
    return {key: value * 100 for key, value in clock.result.items()} | {"version": "itur " + version("itur") + ", exact"}


if __name__ == "__main__":
    case, source, radius, out = sys.argv[1:]
    print(json.dumps(globals()[case.replace("-", "_")](source, int(radius), out)))
