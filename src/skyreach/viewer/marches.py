"""What a page knows of units that march: the way of each of their parts, and its stays and marches in words."""

from typing import Any

from skyreach.records.whereabouts import Whereabouts
from skyreach.viewer.material import Material


def moves(material: Material) -> list[dict[str, Any]]:
    """Each site and radar that marched: its way, its stays, the times out of its place; sites with words for each step."""
    out = []
    for (group, row), moved in material.moves.items():
        told = {"steps": steps(material, moved)} if group == "site" else {}
        out.append({
            "group": group, "row": row,
            "path": [[round(t, 1), round(lon, 6), round(lat, 6), round(h, 1)] for t, lat, lon, h in moved.points.tolist()],
            "stays": [{"position": stay.position, "lat": round(stay.place[0], 6), "lon": round(stay.place[1], 6),
                       "h": round(stay.place[2], 1), "from": round(stay.t_from, 1), "to": round(stay.t_to, 1)}
                      for stay in moved.stays],
            "away": [[round(begin, 1), round(end, 1)] for begin, end in moved.away],
            **told,
        })  # fmt: skip
    return out


def steps(material: Material, moved: Whereabouts) -> list[list[Any]]:
    """Times [s] at which a unit began something new, and what, its places in degrees."""
    found: list[tuple[float, str]] = [(0.0, f"at its position 1, {_place(moved, 1)}")]
    for march in moved.marches:
        there = f"position {march.there}, {_place(moved, march.there)}"
        found += [(march.t_packs, f"packs at its position {march.here}"), (march.t_leaves, f"on the road to {there}"),
                  (march.t_arrives, f"sets up at its {there}"), (march.t_ready, f"at its {there}")]  # fmt: skip
    return [[round(t, 1), text] for t, text in found if t < moved.duration]


def _place(moved: Whereabouts, position: int) -> str:
    lat, lon, _ = moved.places[position - 1]
    return f"{abs(lat):.4f}° {'N' if lat >= 0 else 'S'} {abs(lon):.4f}° {'E' if lon >= 0 else 'W'}"
