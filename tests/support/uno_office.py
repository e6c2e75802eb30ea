"""One headless LibreOffice driven from inside the test process, through the system's uno module.

The module is built for the system's Python: where this one is another version it cannot be loaded, and `missing_here`
says so. It replaces the import statement by one that looks for UNO names too; that is undone at once.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support.libreoffice import WORKER, find_soffice

FIRST_START_RESTARTS = 81  # soffice's exit code after it made a fresh profile
PACKAGES = "/usr/lib/python3/dist-packages"  # where Debian keeps the uno module
STARTING = 120  # seconds


def load_uno() -> Any:
    """The uno module. Raises ImportError."""
    plain_import, known = builtins.__import__, list(sys.path)
    if PACKAGES not in sys.path:
        sys.path.append(PACKAGES)
    try:
        import uno
    finally:
        builtins.__import__ = plain_import
        sys.path[:] = known
    return uno


def missing_here() -> str:
    """Why this process cannot drive LibreOffice; "" when it can."""
    if find_soffice() is None:
        return "LibreOffice (soffice) is not installed"
    try:
        load_uno()
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return f"no uno module for this Python {version} (Debian: python3-uno is for the system's own): {error}"
    return ""


class UnoOffice:
    """The application; ended by `close`."""

    def __init__(self) -> None:
        self.uno = load_uno()
        self._profile = tempfile.mkdtemp(prefix="xlsvc-live-office-")
        self._pipe = f"xlsvclive{os.getpid()}"
        self._process: subprocess.Popen[bytes] | None = None
        self.context = self._start()
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def struct(self, name: str, **fields: Any) -> Any:
        made = self.uno.createUnoStruct(name)
        for key, value in fields.items():
            setattr(made, key, value)
        return made

    def open(self, path: Path | str) -> Any:
        """A document in its own window (headless: nobody sees it)."""
        url = self.uno.systemPathToFileUrl(os.path.abspath(path))
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, ())
        if document is None:
            raise FileNotFoundError(path)
        return document

    def store(self, document: Any, path: Path) -> None:
        """Saves a copy as .xlsx by LibreOffice's own writer."""
        how = self.struct("com.sun.star.beans.PropertyValue", Name="FilterName", Value="Calc MS Excel 2007 XML")
        document.storeToURL(self.uno.systemPathToFileUrl(os.path.abspath(path)), (how,))

    def _start(self) -> Any:
        uno = self.uno
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                if self._process is not None and self._process.returncode not in (0, FIRST_START_RESTARTS):
                    raise RuntimeError(f"soffice ended with {self._process.returncode}")
                self._process = subprocess.Popen(
                    [
                        str(find_soffice()), "--headless", "--norestore", "--nologo", "--nodefault",
                        "--nofirststartwizard", f"-env:UserInstallation={uno.systemPathToFileUrl(self._profile)}",
                        f"--accept=pipe,name={self._pipe};urp;",
                    ],
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    env={**os.environ, "FONTCONFIG_FILE": str(WORKER.with_name("fonts.conf"))},
                )  # fmt: skip
            try:
                return resolver.resolve(f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")
            except Exception:
                time.sleep(0.2)
        raise RuntimeError(f"soffice did not answer within {STARTING} seconds")

    def close(self) -> None:
        with contextlib.suppress(Exception):  # the connection breaks while it ends
            self.desktop.terminate()
        if self._process is not None:
            try:
                self._process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self._process.kill()
        shutil.rmtree(self._profile, ignore_errors=True)
