"""What a long command is doing, on one line of the terminal that is gone when it ends."""

from __future__ import annotations

import threading
from typing import TextIO

AFTER = 1.0
"""Seconds that a command may last before anything is shown."""


class Progress:
    """Told the stages of a command, it shows the one that goes on, from `after` seconds on. To be used in `with`."""

    def __init__(self, stream: TextIO, after: float = AFTER) -> None:
        self._stream = stream
        self._stage = ""
        self._shown = ""
        self._begun = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(after, self._begin)
        self._timer.daemon = True

    def __call__(self, stage: str) -> None:
        with self._lock:
            self._stage = stage
            if self._begun:
                self._show(f"正在{stage}…")

    def __enter__(self) -> Progress:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._begun = True
            self._stage = ""
            self._show("")

    def _begin(self) -> None:
        with self._lock:
            if not self._begun and self._stage:
                self._show(f"正在{self._stage}…")
            self._begun = True

    def _show(self, text: str) -> None:
        if text == self._shown:
            return
        blank = " " * 2 * len(self._shown)  # a Chinese character is two columns wide
        self._stream.write(f"\r{blank}\r{text}")
        self._stream.flush()
        self._shown = text
