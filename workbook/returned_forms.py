"""The files in a folder of returned forms, each read as a stranger's: what it holds, or why it was not read.

Folders below are walked, archives looked into; what was archived before, our own backups and the traces programs leave
beside open files are passed over. Nothing is moved or changed here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from .foreign_tables import ForeignTab, as_tab
from .issues import WorkbookError
from .package.strangers import StrangerReader

FOLDER = "回收"
ARCHIVE = "已归档"
SECONDS = 10  # until the process that reads one file is ended
MOST_FILES = 20_000
_MARK = 32  # hex digits that are kept of a fingerprint
_WHOLE = 200_000_000  # bytes that are read for a fingerprint; nothing as large is taken in

Kind = Literal["form", "picture", "other", "refused", "known"]

_PASSED_FOLDERS = frozenset({ARCHIVE, "备份", "__macosx"})
_PASSED_FILES = frozenset({"thumbs.db", "desktop.ini"})
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_OTHER_WORKBOOKS = frozenset({".xls", ".xlt", ".et", ".ett", ".ods", ".xlsb"})
_PICTURES = frozenset(
    {".jpg", ".jpeg", ".png", ".heic", ".heif", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".avif", ".pdf"}
)
_PACKED = {".rar": "RAR", ".7z": "7z", ".tar": "tar", ".gz": "gz"}
_ZIP = b"PK\x03\x04"
_MAGIC = (
    (b"\xff\xd8\xff", "图片", ".jpg"), (b"\x89PNG", "图片", ".png"), (b"GIF8", "图片", ".gif"), (b"BM", "图片", ".bmp"),
    (b"II*\0", "图片", ".tif"), (b"MM\0*", "图片", ".tif"), (b"%PDF", "PDF", ".pdf"),
)  # fmt: skip
_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"hevc")


@dataclass(frozen=True)
class ReturnedFile:
    """One file, also one inside an archive. `name` is shown: the path below the folder, behind the archive's own.
    `path` is the file on disk, `digest` the fingerprint of the file's bytes. Of a form: its `tabs`, its defined `names`
    (name, tab, row, column), the `mark` of who made it, `modified` as it says itself. `refusal` says why it was not read.
    A file whose digest was `known` is not read again."""

    name: str
    path: Path
    digest: str
    kind: Kind
    tabs: tuple[ForeignTab, ...] = ()
    names: tuple[tuple[str, str, int, int], ...] = ()
    mark: str = ""
    modified: str = ""
    refusal: WorkbookError | None = None

    def names_on(self, title: str) -> dict[str, tuple[int, int]]:
        """The defined names that lead to a tab."""
        return {n: (row, column) for n, tab, row, column in self.names if tab.casefold() == title.casefold()}


@dataclass(frozen=True)
class ReturnedFolder:
    """What a folder holds. `archived`: names that stand in its archive already, below it. `moving`: may files be moved;
    not where the folder is an archive itself."""

    folder: Path
    files: tuple[ReturnedFile, ...] = ()
    archived: frozenset[str] = frozenset()
    moving: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)


def read_folder(
    folder: Path,
    ledger: Path | None = None,
    known: Collection[str] = (),
    progress: Callable[[str], None] = lambda stage: None,
) -> ReturnedFolder:
    """Every file below the folder but the `ledger`. `known`: digests of files that need not be read again, alone or
    followed by a suffix where that holds for files called so only. Raises
    WorkbookError collect.* where the folder cannot be read, stranger.no_python where nothing can."""
    paths = _paths(folder, ledger)
    files: list[ReturnedFile] = []
    with StrangerReader(SECONDS) as reader:
        for at, path in enumerate(paths):
            if at % 20 == 0:
                progress(f"读取收回的文件 {at + 1}/{len(paths)}")
            files += _read(path, path.relative_to(folder).as_posix(), known, reader)
    archive = folder / ARCHIVE
    archived = frozenset(p.relative_to(archive).as_posix().casefold() for p in archive.rglob("*")) if archive.is_dir() else frozenset()
    return ReturnedFolder(folder, tuple(files), archived, ARCHIVE not in folder.resolve().parts)


def _paths(folder: Path, ledger: Path | None) -> list[Path]:
    """The files, in the order of their names; links are not followed."""
    if not folder.exists():
        raise WorkbookError("collect.no_folder", folder=folder, default=FOLDER)
    if not folder.is_dir():
        raise WorkbookError("collect.not_folder", folder=folder)
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(str(error.filename)) == folder:
            raise WorkbookError("collect.unreadable", folder=folder) from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if f.casefold() not in _PASSED_FOLDERS and not f.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith((".", "~$")) or name.casefold() in _PASSED_FILES or path.is_symlink():
                continue
            if path.is_file() and not (ledger is not None and _same(path, ledger)):
                found.append(path)
            if len(found) > MOST_FILES:
                raise WorkbookError("collect.too_many", folder=folder, count=MOST_FILES)
    return found


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _read(path: Path, name: str, known: Collection[str], reader: StrangerReader) -> Iterator[ReturnedFile]:
    try:
        digest, start = _digest(path)
    except OSError:
        error = WorkbookError("file.unreadable", file=path.name)
        yield ReturnedFile(name, path, hashlib.sha256(name.encode()).hexdigest()[:_MARK], "refused", refusal=error)
        return
    suffix = path.suffix.casefold()
    if _is_known(digest, suffix, known):
        yield ReturnedFile(name, path, digest, "known")
    elif suffix == ".zip":
        yield from _unpacked(path, name, digest, start, known, reader)
    else:
        kind = _kind(path.name, suffix, start)
        if isinstance(kind, WorkbookError):
            yield ReturnedFile(name, path, digest, "refused", refusal=kind)
        elif kind == "form":
            yield _form(path, name, digest, reader)
        else:
            yield ReturnedFile(name, path, digest, kind)


def _is_known(digest: str, suffix: str, known: Collection[str]) -> bool:
    return digest in known or digest + suffix in known


def _kind(name: str, suffix: str, start: bytes) -> Kind | WorkbookError:
    """What a file is by its name, or why name and content do not fit."""
    inside, own = next(((kind, s) for magic, kind, s in _MAGIC if start.startswith(magic)), ("", ""))
    if start[4:8] == b"ftyp" and start[8:12] in _BRANDS:
        inside, own = "图片", ".heic"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        inside, own = "图片", ".webp"
    if suffix in _PICTURES:
        return "picture" if inside else WorkbookError("collect.disguised", file=name, kind="图片或 PDF")
    if suffix in _PACKED:
        return WorkbookError("collect.packed", file=name, kind=_PACKED[suffix])
    if suffix in _WORKBOOKS | _OTHER_WORKBOOKS:
        if inside:
            return WorkbookError("collect.renamed", file=name, kind=inside, suffix=own)
        if start.startswith((b"MZ", b"\x7fELF")):
            return WorkbookError("collect.disguised", file=name, kind="表格")
        if suffix not in _WORKBOOKS and suffix not in (".ods", ".xlsb") and start.startswith(_ZIP):
            return WorkbookError("collect.renamed", file=name, kind="新格式的工作簿", suffix=".xlsx")
        return "form"
    return "other"


def _form(
    path: Path, name: str, digest: str, reader: StrangerReader, member: int | None = None
) -> ReturnedFile:
    try:
        form = reader.read_form(path, member, name.rpartition("/")[2] if member is not None else "")
        tabs = tuple(as_tab(tab) for tab in form["tabs"])
    except WorkbookError as error:
        if error.code == "stranger.no_python":
            raise
        return ReturnedFile(name, path, digest, "refused", refusal=error)
    except (ValueError, TypeError, KeyError, AttributeError):
        crashed = WorkbookError("stranger.crashed", file=path.name)
        return ReturnedFile(name, path, digest, "refused", refusal=crashed)
    own = digest if member is None else form["digest"][:_MARK]  # a form that came twice, once packed, is one
    return ReturnedFile(name, path, own, "form", tabs, tuple(form["names"]), form["mark"], form["modified"])


def _unpacked(
    path: Path, name: str, digest: str, start: bytes, known: Collection[str], reader: StrangerReader
) -> Iterator[ReturnedFile]:
    """The files inside an archive; of one that cannot be opened the archive itself, with the reason."""
    try:
        if start and not start.startswith((_ZIP, b"PK\x05\x06")):
            raise WorkbookError("collect.disguised", file=path.name, kind="压缩包")
        members = reader.members(path)
    except WorkbookError as error:
        if error.code == "stranger.no_python":
            raise
        yield ReturnedFile(name, path, digest, "refused", refusal=error)
        return
    shown = {at: f"{name}/{member}" for at, member in enumerate(members) if _is_wanted(member)}
    for at, full in shown.items():
        own = _member_digest(digest, members[at], at)
        suffix = Path(full).suffix.casefold()
        if _is_known(own, suffix, known):
            yield ReturnedFile(full, path, own, "known")
        elif suffix == ".zip" or suffix in _PACKED:
            nested = WorkbookError("collect.nested", file=full.rpartition("/")[2])
            yield ReturnedFile(full, path, own, "refused", refusal=nested)
        elif suffix in _WORKBOOKS | _OTHER_WORKBOOKS:
            form = _form(path, full, own, reader, at)
            yield replace(form, kind="known", tabs=()) if _is_known(form.digest, suffix, known) else form
        else:
            yield ReturnedFile(full, path, own, "picture" if suffix in _PICTURES else "other")
    if not shown:
        yield ReturnedFile(name, path, digest, "other")


def _is_wanted(member: str) -> bool:
    parts = member.casefold().split("/")
    hidden = parts[-1].startswith((".", "~$")) or parts[-1] in _PASSED_FILES
    return bool(parts[-1]) and not hidden and "__macosx" not in parts


def _member_digest(archive: str, member: str, at: int) -> str:
    """A file inside an archive, known by the archive's bytes and its place in it."""
    return hashlib.sha256(f"{archive}/{at}/{member}".encode()).hexdigest()[:_MARK]


def _digest(path: Path) -> tuple[str, bytes]:
    """(fingerprint, first bytes) of a file; of one too large to be taken in, of its name, size and time."""
    status = path.stat()
    with path.open("rb") as file:
        start = file.read(16)
        if status.st_size > _WHOLE:
            return hashlib.sha256(f"{path.name}/{status.st_size}/{status.st_mtime_ns}".encode()).hexdigest()[:_MARK], start
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()[:_MARK], start
