"""What is known: systems, radars, missiles, threats, sites, holdings.

Each value has a unit, a range of doubt and a source. Numbers about the real world live in the TOML files
beside this module and nowhere else.
"""

from skyreach.catalog.loader import Catalog, load
from skyreach.catalog.values import Item, Source, Value

__all__ = ["Catalog", "Item", "Source", "Value", "load"]
