"""Files of strangers, read with care: bounded in size, archives in memory only, XML without entities, text of any coding."""

import json
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from skyreach.errors import BadInput

MOST = 512_000_000  # bytes of a file, packed or not
MOST_TREE = 128_000_000  # bytes of JSON or XML, which grow some thirty times when they become objects at the worst
MEMBERS = 1000  # files in an archive
RATIO = 200  # most that a member may grow by in unpacking
CHUNK = 1 << 20


def read_bytes(path: Path, most: int = MOST) -> bytes:
    """The bytes of a file."""
    if path.is_dir() or not path.exists():
        raise BadInput(str(path), "a folder" if path.is_dir() else "no such file", "a file to import")
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as fault:
        raise BadInput(str(path), f"cannot be read: {fault.strerror or fault}") from None
    if len(data) > most:
        raise BadInput(str(path), f"larger than {most // 1_000_000} MB", cure="split it, or cut it to the time and area needed")
    return data


def unpacked(data: bytes, where: str, endings: tuple[str, ...]) -> bytes:
    """The data, or where it is a zip archive, its first member with one of the endings; nothing is written to disk.

    Members are read in pieces and counted: an archive that unpacks to more than MOST, or grows by more than RATIO, is refused."""
    if not data.startswith(b"PK\x03\x04") and not data.startswith(b"PK\x05\x06"):
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise BadInput(where, f"an archive of {len(members)} files", f"{MEMBERS} at most")
            fitting = [m for m in members if m.filename.lower().endswith(endings)]
            if not fitting:
                raise BadInput(
                    where, f"an archive without a file {' or '.join(endings)}", cure="unpack it and import the file meant"
                )
            with archive.open(fitting[0]) as member:
                return _bounded(member, where, min(MOST, RATIO * max(fitting[0].compress_size, 1000)))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as fault:
        raise BadInput(where, f"a damaged archive ({fault})") from None


def _bounded(member: Any, where: str, most: int) -> bytes:
    parts, size = [], 0
    while piece := member.read(CHUNK):
        size += len(piece)
        if size > most:
            raise BadInput(
                where, f"an archive that unpacks to more than {most / 1e6:.0f} MB", cure="unpack it yourself, if you trust it"
            )
        parts.append(piece)
    return b"".join(parts)


def text_of(data: bytes, where: str, notes: list[str]) -> str:
    """Text in UTF-8, UTF-16 with its mark, or else in Windows-1252, which is then noted."""
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in data[:4096]:
            raise BadInput(where, "not a text", cure="is it the right file?") from None
        notes.append("not UTF-8: read as Windows-1252")
        return data.decode("cp1252", "replace")


def json_of(data: bytes, where: str, notes: list[str]) -> Any:
    """A JSON document."""
    _not_too_large(data, where)
    try:
        return json.loads(text_of(data, where, notes))
    except (ValueError, RecursionError) as fault:
        raise BadInput(where, f"not JSON ({fault})") from None


def xml_of(data: bytes, where: str) -> Any:
    """The root of an XML document; entities and external references are refused."""
    try:
        from defusedxml import ElementTree
        from defusedxml.common import DefusedXmlException
    except ImportError:
        raise BadInput(where, "the package defusedxml is not installed", cure="pip install 'skyreach[formats]'") from None
    _not_too_large(data, where)
    try:
        return ElementTree.fromstring(data, forbid_dtd=False)
    except DefusedXmlException:
        raise BadInput(where, "XML with entities", "plain KML", "open it in a map program and save it again") from None
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as fault:
        raise BadInput(where, f"not XML ({fault})") from None


def _not_too_large(data: bytes, where: str) -> None:
    if len(data) > MOST_TREE:
        raise BadInput(where, f"{len(data) // 1_000_000} MB of JSON or XML", f"{MOST_TREE // 1_000_000} MB at most", "split it")


def number(value: Any) -> float:
    """A number, NaN for what is none."""
    try:
        return float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError, OverflowError):
        return float("nan")
