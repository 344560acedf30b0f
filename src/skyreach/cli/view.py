"""skyreach view: the page of a run, of a study, or of all that a folder holds of them, from a local server."""

from pathlib import Path
from typing import Annotated

import typer


def view(
    path: Annotated[Path, typer.Argument(help="Run folder, study folder, or a folder with such folders in it.")],
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine's own need a token.")] = "127.0.0.1",
    token: Annotated[str | None, typer.Option(help="Token that the page must bring; made up where one is needed.")] = None,
) -> None:
    """Show runs and studies in the browser: map, 3-D, time, reasons, comparison, editor, curves. Ends with Ctrl-C."""
    import webbrowser

    from skyreach.cli.common import say
    from skyreach.viewer.build import built
    from skyreach.viewer.server import Server
    from skyreach.viewer.shelf import Shelf

    built("app.js")
    server = Server(Shelf(path), host, port, token).start()
    typer.echo(server.address)
    if not no_browser:
        try:
            webbrowser.get()
            webbrowser.open(server.address)
        except webbrowser.Error:
            say("skyreach: no browser on this machine; open the address above", False)
    try:
        server.wait()
    finally:
        server.stop()
