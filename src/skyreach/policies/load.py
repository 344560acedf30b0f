"""From FILE.py:CLASS, a class or an object to a policy that can be used; everything wrong with it is said before the run."""

import ast
import hashlib
import inspect
import linecache
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from skyreach.policies.errors import BadPolicy
from skyreach.policies.limit import Limit, Overrun
from skyreach.policies.roles import ROLES, SCENES

LIMIT_S = 10.0
"""Time that a call into a policy may take [s], where nobody says otherwise."""
IMPORTING = 60.0  # s that a file may take to be read, unless its calls are given less than LIMIT_S: it may import much


@dataclass(frozen=True)
class Policy:
    """A user's policy: where it is from, and the roles that it takes."""

    path: str  # of the file, as its code objects have it
    file: str  # name of the file, without its folder
    name: str  # of the class
    sha256: str | None  # of the source, None where there is none to be found
    source: str | None
    roles: tuple[str, ...]  # methods, in the order of ROLES
    make: Callable[[], Any]  # the object that is asked
    last_resort: bool = False  # a call that hangs in compiled code ends the process (policies.limit)

    @property
    def where(self) -> str:
        """FILE.py:CLASS."""
        return f"{self.file}:{self.name}"

    def record(self) -> dict[str, Any]:
        """What the manifest of a run says of it."""
        return {"name": self.where, "sha256": self.sha256, "roles": list(self.roles)}


def load_policy(given: Any, limit_s: float = LIMIT_S, last_resort: bool = False) -> Policy:
    """A policy from "FILE.py:CLASS", a class, or an object; BadPolicy where it is none."""
    if not isinstance(limit_s, (int, float)) or isinstance(limit_s, bool) or not 0.01 <= limit_s < float("inf"):
        raise BadPolicy("limit", f"{limit_s!r} s for a call", "a number of seconds, 0.01 or more", "10")
    if isinstance(given, Policy):
        return given
    if isinstance(given, str | Path):
        return replace(_from_file(str(given), limit_s, last_resort), last_resort=last_resort)
    if given is None or isinstance(given, types.ModuleType | types.FunctionType):
        raise BadPolicy("", f"{given!r}", "FILE.py:CLASS, a class or an object of one", "pass the class that holds the methods")
    cls = given if inspect.isclass(given) else type(given)
    source, file = _source_of(cls)
    return _policy(given, cls, file, source)


def _from_file(spec: str, limit_s: float, last_resort: bool) -> Policy:
    path, colon, name = spec.rpartition(":")
    if not colon or not path or not name.isidentifier():
        cure = f"{spec if spec.endswith('.py') else 'my_policy.py'}:Name"
        raise BadPolicy(spec, "" if spec else "nothing", "FILE.py:CLASS", cure)
    file = Path(path)
    try:
        raw = file.read_bytes()
    except IsADirectoryError:
        raise BadPolicy(spec, f"{path} is a folder", "a file of Python") from None
    except OSError as fault:
        near = get_close_matches(file.name, [p.name for p in file.parent.glob("*.py")] if file.parent.is_dir() else [], 3)
        cure = f"did you mean {' or '.join(near)}?" if near else "the path is from the folder where you are now"
        raise BadPolicy(spec, f"{path}: {fault.strerror or fault}", "a file of Python that is there", cure) from None
    try:
        source = raw.decode("utf-8")
        tree = ast.parse(source.removeprefix("\ufeff"), path)
    except SyntaxError as fault:
        line = f"{file.name}:{fault.lineno}"
        raise BadPolicy(f"{spec}, {line}", f"{fault.msg}: {(fault.text or '').strip()}", "Python that can be read") from None
    except ValueError as fault:
        raise BadPolicy(spec, f"{path} is not text ({fault})", "a file of Python, UTF-8") from None
    module = _run(file, source, spec, limit_s, last_resort)
    if not hasattr(module, name):
        there = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        near = get_close_matches(name, there, 1, 0.5)
        cure = f"did you mean {near[0]}?" if near else ""
        raise BadPolicy(spec, f"no {name} in {path}", f"a class of that file: {', '.join(there) or 'it has none'}", cure)
    found = getattr(module, name)
    if not inspect.isclass(found):
        raise BadPolicy(spec, f"{name} is a {type(found).__name__}", "a class", "put the function into a class, as its method")
    return _policy(found, found, str(file), source)


def _run(file: Path, source: str, spec: str, limit_s: float, last_resort: bool) -> types.ModuleType:
    """The module of a file, without leaving anything compiled beside it."""
    module = types.ModuleType(f"skyreach_policy_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # dataclasses and pickle look there
    linecache.checkcache(str(file))
    limit = max(limit_s, IMPORTING) if limit_s >= LIMIT_S else limit_s
    try:
        Limit(limit, last_resort).call(exec, compile(source.removeprefix("\ufeff"), str(file), "exec"), module.__dict__)
    except KeyboardInterrupt:
        raise
    except Overrun:
        cure = "no work outside its classes; a longer --policy-limit (policy_limit_s) for a long import"
        raise BadPolicy(spec, f"{file.name} was not read within {limit:g} s", "", cure) from None
    except ImportError as fault:
        cure = "a package: install it where skyreach is; a file beside this one: it is not looked for, put the code into this one"
        raise BadPolicy(spec, said(fault, str(file)), "a file that can be imported", cure) from None
    except BaseException as fault:
        cure = f"python {file} shows the whole trace"
        raise BadPolicy(spec, said(fault, str(file)), "a file that can be imported", cure) from None
    return module


def said(fault: BaseException, file: str) -> str:
    """An exception in words, with the last line of the user's file that it came through."""
    place, trace = "", fault.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            row = trace.tb_lineno
            place = f" in line {row}: {linecache.getline(file, row).strip()}"
        trace = trace.tb_next
    text = str(fault).strip().splitlines()
    return f"{type(fault).__name__}{': ' + text[0] if text else ''}{place}"


def _source_of(cls: type) -> tuple[str | None, str]:
    """(text of the file, or of the class where it stands in a notebook; name of the file) of a class; None where none is."""
    try:
        file = inspect.getsourcefile(cls) or inspect.getfile(cls)
    except TypeError:
        return None, "notebook"
    try:
        return Path(file).read_bytes().decode("utf-8"), file
    except (OSError, ValueError):
        pass
    try:
        return inspect.getsource(cls), "notebook"
    except (OSError, TypeError):
        return None, "notebook"


def _policy(given: Any, cls: type, path: str, source: str | None) -> Policy:
    file = Path(path).name
    where = f"{file}:{cls.__name__}"
    roles = tuple(name for name, role in ROLES.items() if _own(given, name, role))
    _misspelt(where, cls, roles)
    if not roles:
        allowed = "; ".join(f"{name}(self, scene: {SCENES[name]})" for name in ROLES)
        methods = [name for name, thing in vars(cls).items() if callable(thing) and not name.startswith("_")]
        raise BadPolicy(where, f"takes none of the roles (methods: {', '.join(methods) or 'none'})", f"one or more of {allowed}")
    for name in (*roles, *(["begin"] if hasattr(given, "begin") else [])):
        _signature(where, given, name)
    sha = hashlib.sha256(source.encode()).hexdigest() if source is not None else None
    return Policy(path, file, cls.__name__, sha, source, roles, given if inspect.isclass(given) else lambda: given)


def _own(given: Any, name: str, role: type) -> bool:
    """True if the class says something of its own under the name of a role's method, not the stub of the protocol."""
    return hasattr(given, name) and getattr(getattr(given, name), "__func__", getattr(given, name)) is not getattr(role, name)


def _misspelt(where: str, cls: type, roles: tuple[str, ...]) -> None:
    missing = [name for name in ROLES if name not in roles] + ([] if hasattr(cls, "begin") else ["begin"])
    for name, thing in vars(cls).items():
        if name.startswith("_") or not inspect.isroutine(thing) or name in ROLES or name == "begin":
            continue
        near = get_close_matches(name.lower(), missing, 1, 0.75)
        if near:
            cure = f"did you mean {near[0]}? A method of your own that is no role: begin its name with _"
            raise BadPolicy(f"{where}.{name}", f"a method {name}", f"the roles are {', '.join(ROLES)}; and begin", cure)


def _signature(where: str, given: Any, name: str) -> None:
    """Whether a method can be called with one scene."""
    argument = SCENES.get(name, "Briefing")
    allowed = f"def {name}(self, {'scene' if name in SCENES else 'briefing'}: {argument})"
    method = getattr(given, name)
    if not callable(method):
        raise BadPolicy(f"{where}.{name}", f"a {type(method).__name__}", allowed)
    if inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method):
        raise BadPolicy(f"{where}.{name}", f"async def {name}", allowed, "leave async out: the run waits for the answer")
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        return
    bound = not inspect.isclass(given) or not inspect.isfunction(inspect.getattr_static(given, name))
    try:
        signature.bind(*([None] if bound else [None, None]))
    except TypeError:
        raise BadPolicy(f"{where}.{name}", f"def {name}{signature}", allowed) from None
