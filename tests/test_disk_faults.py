"""Faults of disks, folders and other programs: what is said, and what stands on the disk afterwards."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.crash_runner import FORKS, Runner
from tests.support.ledgers import NOW, document_rows, make_ledger
from tests.support.libreoffice import LibreOffice
from tests.support.save_refusals import (
    CHANGED,
    DISK_FULL,
    GONE,
    NAME,
    NO_BACKUP,
    NO_FOLDER,
    NOT_A_FOLDER,
    OPEN,
    READ_ONLY,
    UNWRITABLE,
    refused,
    unharmed,
)
from workbook.file_book import FileBook
from workbook.package import open_elsewhere, saving, temporaries
from xlsvc import app
from xlsvc.commands import BY_ID

POSIX = os.name == "posix"
NOBODY = 65534


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_ledger(tmp_path_factory.mktemp("pristine") / NAME, document_rows()).read_bytes()


@pytest.fixture
def ledger(pristine: bytes, tmp_path: Path) -> Path:
    (tmp_path / "售后").mkdir()
    path = tmp_path / "售后" / NAME
    path.write_bytes(pristine)
    return path


@pytest.fixture(scope="module")
def runner(pristine: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    runner = Runner()
    path = tmp_path_factory.mktemp("warm") / NAME
    path.write_bytes(pristine)
    runner.ask(path, "sla", warm_up=True)
    yield runner
    runner.close()


@pytest.fixture
def open_to_all(pristine: bytes) -> Iterator[Path]:
    """A ledger in a folder that another user reaches: pytest's own folders are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "售后"
        folder.mkdir()
        os.chmod(name, 0o755)
        (folder / NAME).write_bytes(pristine)
        for path in (folder, folder / NAME):
            path.chmod(0o777)
        yield folder / NAME
        folder.chmod(0o755)
        if (folder / "备份").is_dir():
            (folder / "备份").chmod(0o755)


def sla(path: Path, save_as: Path | None = None) -> app.Report:
    return app.run("sla", path, {}, NOW, save_as)


class Meddled(FileBook):
    """A ledger that something happens to between the reading and the writing."""

    def __init__(self, path: Path, meddle: Callable[[Path], object]) -> None:
        super().__init__(path)
        self.meddle = meddle

    def apply(self, *arguments: Any, **named: Any) -> Any:
        self.meddle(self.path)
        return super().apply(*arguments, **named)


def _another_program_saves(path: Path) -> None:
    """Same size, same time, other content."""
    stat, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _folder_replaced(path: Path) -> None:
    path.parent.rename(path.parent.with_name("挪走"))
    path.parent.mkdir()


def _folder_replaced_by_one_with_a_ledger(path: Path) -> None:
    _folder_replaced(path)
    path.write_bytes(b"another ledger")


BETWEEN: tuple[tuple[str, Callable[[Path], object], str], ...] = (
    ("folder vanished", lambda path: shutil.rmtree(path.parent), GONE),
    ("folder renamed", lambda path: path.parent.rename(path.parent.with_name("挪走")), GONE),
    ("folder replaced by an empty one", _folder_replaced, GONE),
    ("folder replaced by one with a ledger", _folder_replaced_by_one_with_a_ledger, CHANGED),
    ("file deleted", lambda path: path.unlink(), GONE),
    ("file changed, same size and time", _another_program_saves, CHANGED),
    ("file emptied", lambda path: path.write_bytes(b""), CHANGED),
)


@pytest.mark.parametrize(("meddle", "message"), [c[1:] for c in BETWEEN], ids=[c[0] for c in BETWEEN])
def test_between_reading_and_writing(
    meddle: Callable[[Path], object], message: str, ledger: Path, pristine: bytes
) -> None:
    refused(message, ledger, lambda: app.run_on(Meddled(ledger, meddle), BY_ID["sla"], {}, NOW))
    after = {p: p.read_bytes() for p in ledger.parent.parent.rglob("*") if p.is_file()}
    _restore_and_meddle(ledger, pristine, meddle)
    assert after == {p: p.read_bytes() for p in ledger.parent.parent.rglob("*") if p.is_file()}


def _restore_and_meddle(ledger: Path, pristine: bytes, meddle: Callable[[Path], object]) -> None:
    for folder in (ledger.parent, ledger.parent.with_name("挪走")):
        shutil.rmtree(folder, ignore_errors=True)
    ledger.parent.mkdir()
    ledger.write_bytes(pristine)
    meddle(ledger)


@pytest.mark.parametrize(
    ("meddle", "message"),
    [
        (_another_program_saves, CHANGED),
        (lambda path: path.write_bytes(b"theirs"), CHANGED),
        (lambda path: path.unlink(), GONE),
    ],
    ids=["same size and time", "another content", "deleted"],
)
def test_at_the_last_moment_before_the_rename(
    meddle: Callable[[Path], object], message: str, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the new version is written and the old one backed up, somebody else saves."""
    plain = saving.back_up

    def meanwhile(path: Path, *more: Any) -> Path:
        made = plain(path, *more)
        meddle(path)
        return made

    monkeypatch.setattr(saving, "back_up", meanwhile)
    refused(message, ledger, lambda: sla(ledger))
    theirs = ledger.read_bytes() if ledger.exists() else None
    assert theirs is None or theirs[-6:] == b"theirs" or theirs[-1] == 1
    assert list(ledger.parent.rglob(".*")) == []
    assert not (ledger.parent / "备份" / f"{NAME}.撤销").exists(), "a journal of what was not written"


# full disks


@pytest.mark.skipif(not FORKS, reason="limits of file size are POSIX")
@pytest.mark.parametrize("limit", [0, 4096, 60_000, 120_000])
def test_a_file_system_that_takes_no_longer_files(
    limit: int, runner: Runner, ledger: Path, pristine: bytes
) -> None:
    """A real refusal of the system (RLIMIT_FSIZE), in a process of its own."""
    said = runner.ask(ledger, "sla", limit=limit)
    assert said["message"] == DISK_FULL.format(folder=ledger.parent)
    unharmed(ledger, pristine)


# rights


@pytest.mark.skipif(not FORKS, reason="rights are POSIX")
@pytest.mark.parametrize(
    ("lock", "message"),
    [
        (lambda path: path.parent.chmod(0o555), UNWRITABLE),
        (lambda path: path.chmod(0o444), READ_ONLY),
        (lambda path: ((path.parent / "备份").mkdir(), (path.parent / "备份").chmod(0o555)), NO_BACKUP),
        (
            lambda path: path.chmod(0o000),
            "没有权限读取“{folder}{sep}台账.xlsx”。请检查文件权限,或先复制到自己的文件夹。",
        ),
    ],
    ids=["read-only folder", "read-only file", "read-only backup folder", "unreadable file"],
)
def test_without_the_rights(
    lock: Callable[[Path], object], message: str, runner: Runner, open_to_all: Path, pristine: bytes
) -> None:
    lock(open_to_all)
    more = {"uid": NOBODY} if os.getuid() == 0 else {}
    said = runner.ask(open_to_all, "sla", **more)
    assert said["message"] == message.format(folder=open_to_all.parent, sep=os.sep)
    open_to_all.chmod(0o644)
    unharmed(open_to_all, pristine)


@pytest.mark.skipif(not FORKS, reason="owners are POSIX")
def test_the_new_version_keeps_owner_and_mode(open_to_all: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(open_to_all, NOBODY, NOBODY)
    open_to_all.chmod(0o640)
    sla(open_to_all)
    stat = open_to_all.stat()
    assert (stat.st_uid, stat.st_gid, stat.st_mode & 0o777) == (NOBODY, NOBODY, 0o640)


def test_save_as_is_the_way_out(ledger: Path, pristine: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (ledger.parent / "备份").write_bytes(b"not a folder")
    refused(NOT_A_FOLDER, ledger, lambda: sla(ledger))
    assert ledger.read_bytes() == pristine
    assert (ledger.parent / "备份").read_bytes() == b"not a folder"
    sla(ledger, save_as=ledger.with_name("副本.xlsx"))
    assert ledger.read_bytes() == pristine
    refused(NO_FOLDER, ledger, lambda: sla(ledger, save_as=ledger.parent / "没有" / "副本.xlsx"))
    assert sorted(p.name for p in ledger.parent.iterdir()) == ["副本.xlsx", "台账.xlsx", "备份"]


# other programs


@pytest.mark.libreoffice
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="LibreOffice leaves no trace elsewhere")
def test_open_in_libreoffice(ledger: Path, pristine: bytes, libreoffice: LibreOffice) -> None:
    with libreoffice.holding(ledger):
        lock = ledger.with_name(f".~lock.{NAME}#")
        assert lock.exists()
        refused(OPEN, ledger, lambda: sla(ledger))
        assert lock.exists()
        unharmed(ledger, pristine)
    assert sla(ledger).saved


@pytest.mark.parametrize("name", [f"~${NAME}", f".~lock.{NAME}#"])
def test_a_stale_lock_file_is_no_lock_and_stays(name: str, ledger: Path) -> None:
    """Excel's and LibreOffice's own: left behind by a crash of theirs, it is theirs to remove."""
    ledger.with_name(name).write_bytes(b"somebody")
    assert sla(ledger).saved
    assert ledger.with_name(name).read_bytes() == b"somebody"


@pytest.mark.parametrize("winerror", [32, 33])
def test_a_sharing_violation_of_windows(
    winerror: int, ledger: Path, pristine: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel on Windows: opening the workbook for writing is refused by the system."""
    plain = Path.open

    def held(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if self == ledger and mode == "r+b":
            error = PermissionError(errno.EACCES, "used by another process")
            error.winerror = winerror  # type: ignore[attr-defined]
            raise error
        return plain(self, mode, *more, **named)

    monkeypatch.setattr(open_elsewhere.Path, "open", held)
    refused(OPEN, ledger, lambda: sla(ledger))
    unharmed(ledger, pristine)


@pytest.mark.parametrize(("times", "saved"), [(1, True), (3, True), (99, False)])
def test_a_drive_that_refuses_the_rename_for_a_moment(
    times: int, saved: bool, ledger: Path, pristine: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virus scanner or a drive client looks at the file; one that goes on looking is a program with it open."""
    monkeypatch.setattr(temporaries, "REPLACE_PAUSES", (0.0, 0.0, 0.0))
    plain, left = os.replace, [times]

    def busy(source: Any, target: Any) -> None:
        if Path(target) == ledger and left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "in use")
        plain(source, target)

    monkeypatch.setattr(os, "replace", busy)
    if saved:
        assert sla(ledger).saved
    else:
        refused(OPEN, ledger, lambda: sla(ledger))
        unharmed(ledger, pristine)


def test_a_drive_that_loses_the_answer_to_a_rename_it_made(
    ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NFS: the rename is done, its answer lost, the repeated request finds no file."""
    plain = os.replace

    def lost(source: Any, target: Any) -> None:
        plain(source, target)
        raise FileNotFoundError(errno.ENOENT, "no such file")

    monkeypatch.setattr(os, "replace", lost)
    assert sla(ledger).saved


@pytest.mark.parametrize("code", ["EINVAL", "ENOTSUP", "ENOSYS"])
def test_a_drive_without_fsync(code: str, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(_: int) -> None:
        raise OSError(getattr(errno, code), "not supported")

    monkeypatch.setattr(os, "fsync", unsupported)
    assert sla(ledger).saved


# paths


@pytest.mark.skipif(not POSIX, reason="links need rights on Windows")
def test_a_symbolic_link_stays_one_and_the_backup_lies_beside_the_file(tmp_path: Path, ledger: Path) -> None:
    old, link = ledger.read_bytes(), tmp_path / "桌面.xlsx"
    link.symlink_to(Path("售后") / NAME)
    sla(link)
    assert os.readlink(link) == os.path.join("售后", NAME)
    assert ledger.read_bytes() != old
    assert [p.read_bytes() for p in (ledger.parent / "备份").glob("*.xlsx")] == [old]
    assert not (tmp_path / "备份").exists()


@pytest.mark.skipif(not POSIX, reason="a hard link is rare on Windows")
def test_the_other_name_of_a_hard_linked_ledger_keeps_the_old_version(tmp_path: Path, ledger: Path) -> None:
    old = ledger.read_bytes()
    os.link(ledger, tmp_path / "另一个名字.xlsx")
    sla(ledger)
    assert ledger.read_bytes() != old
    assert (tmp_path / "另一个名字.xlsx").read_bytes() == old


PATHS = (
    "售后 服务部 (2024)/台账 副本 1.xlsx",
    "[售后]*/台账?[1].xlsx" if POSIX else "[售后]/台账[1].xlsx",
    "#&%/'台账'.xlsx",
    f"{'很长的文件夹名' * 6}/{'子' * 40}/{'台' * 100 if sys.platform == 'win32' else '台' * 60}.xlsx",
    f"{'x' * 200}.xlsx",
    f"{'x' * 245}.xlsx",
    f"{'台' * 80}.xlsx",
)


@pytest.mark.parametrize(
    "name", PATHS, ids=["blanks", "wildcards", "signs", "deep", "200", "250", "240 bytes"]
)
def test_odd_and_long_paths(name: str, tmp_path: Path, pristine: bytes) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pristine)
    report = sla(path)
    assert report.saved
    assert Path(report.backup).read_bytes() == pristine
    assert not sla(path).saved
    assert [p.name for p in path.parent.rglob("*.tmp")] == []
