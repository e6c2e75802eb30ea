"""Runs macros of a workbook in LibreOffice: `soffice` and a profile folder as arguments, a job as JSON on stdin.

The job: [{"book": path, "steps": [[macro, arguments...], ...]}, ...]; macros as Module.Procedure. The answer on stdout
is JSON too: for each book a list, for each step {"value": ...} or {"error": text}. Run by a Python that has uno.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException


def value_of(name: str, value: Any) -> Any:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def start(soffice: str, profile: str) -> tuple[Any, subprocess.Popen[bytes]]:
    """A LibreOffice of its own; a fresh profile ends the first start with 81 and wants another."""
    pipe = f"xlsvcvba{os.getpid()}"
    command = [
        soffice, f"-env:UserInstallation=file://{profile}", "--headless", "--invisible", "--norestore", "--nologo",
        f"--accept=pipe,name={pipe};urp;",
    ]  # fmt: skip
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(240):
        if process.poll() is not None:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context), process
        except Exception:
            time.sleep(0.25)
    process.kill()
    raise RuntimeError("LibreOffice did not start")


def run(desktop: Any, path: str, steps: list[list[Any]]) -> list[dict[str, Any]]:
    always = value_of("MacroExecutionMode", 4)  # ALWAYS_EXECUTE_NO_WARN
    book = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (always,))
    provider = book.getScriptProvider()
    answers: list[dict[str, Any]] = []
    for macro, *arguments in steps:
        address = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
        try:
            value, _, _ = provider.getScript(address).invoke(tuple(arguments), (), ())
            answers.append({"value": value})
        except Exception as error:
            answers.append({"error": str(error)})
    book.close(True)
    return answers


def answers_to(jobs: list[dict[str, Any]], soffice: str, profile: str) -> list[list[dict[str, Any]]]:
    desktop, process = start(soffice, profile)
    try:
        return [run(desktop, job["book"], job["steps"]) for job in jobs]
    finally:
        try:
            desktop.terminate()
            process.wait(timeout=20)
        except Exception:
            process.kill()


def main() -> None:
    jobs = json.load(sys.stdin)
    try:
        answers = answers_to(jobs, *sys.argv[1:3])
    except DisposedException:  # on a busy machine the start that ends with 81 may answer before it ends
        answers = answers_to(jobs, *sys.argv[1:3])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
