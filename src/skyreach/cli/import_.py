"""skyreach import: traffic, threats, sites and soundings from other people's files."""
def import_() -> None:
    """x"""
