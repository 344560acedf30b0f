"""skyreach schema: the JSON Schema of a scenario, for editors that check while one types."""

import typer


def schema() -> None:
    """Print the JSON Schema of a scenario."""
    import json

    from skyreach.scenario.models import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))
