"""Windows' way of limiting a process: a job object that caps its memory and
ends it with us. Elsewhere the process limits itself (stranger_worker)."""

from __future__ import annotations

import subprocess
import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _PROCESS_MEMORY, _KILL_ON_CLOSE = 0x100, 0x2000
    _EXTENDED_LIMITS = 9

    class _Basic(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        ]

    class _Extended(ctypes.Structure):
        _fields_ = [
            ("BasicLimitInformation", _Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    class _Job:
        """Keeps the handle: the process ends when the last one is closed."""

        def __init__(self, kernel: ctypes.WinDLL, handle: int) -> None:
            self._kernel, self._handle = kernel, handle

        def __del__(self) -> None:
            self._kernel.CloseHandle(self._handle)

    def contain(process: subprocess.Popen[bytes], memory: int) -> object:
        """Puts the process into a job with so many bytes of memory; None where the system refuses that (an
        old Windows inside another job): the clock is watched all the same."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = [
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        ]
        kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        handle = kernel.CreateJobObjectW(None, None)
        if not handle:
            return None
        job = _Job(kernel, handle)
        limits = _Extended()
        limits.BasicLimitInformation.LimitFlags = _PROCESS_MEMORY | _KILL_ON_CLOSE
        limits.ProcessMemoryLimit = memory
        size = ctypes.sizeof(limits)
        if not kernel.SetInformationJobObject(handle, _EXTENDED_LIMITS, ctypes.byref(limits), size):
            return None
        if not kernel.AssignProcessToJobObject(handle, int(process._handle)):  # type: ignore[attr-defined]
            return None
        return job

else:

    def contain(process: subprocess.Popen[bytes], memory: int) -> object:
        """Nothing to do here."""
        return None
