"""The command `skyreach`, also as `python -m skyreach`: loads the commands, and can be stopped while it does."""

import sys


def main() -> None:
    """Entry point of the command `skyreach`."""
    try:
        from skyreach.cli import main as run_command
    except KeyboardInterrupt:
        print("skyreach: stopped", file=sys.stderr)
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    main()
