"""COMMANDS -> the ribbon's XML (customUI14.xml), checked in as macros/customUI14.xml.

`python -m xlsvc.ribbon` writes it anew. The groups come in the order of a clerk's day; a command that has others
below it (menu_of) becomes a split button: one click runs it, the arrow opens the menu.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_uppercase
from xml.sax.saxutils import quoteattr

from workbook.resources import macros

from .commands import COMMANDS, GROUPS, Command

TAB_LABEL = "售后服务"
FILE_NAME = "customUI14.xml"
NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
TAB_KEYTIP = "SH"
LONGEST_SUPERTIP = 1024  # Office shows no more


def ribbon_xml(commands: Sequence[Command] = COMMANDS, groups: Sequence[str] = GROUPS) -> bytes:
    """The ribbon part, UTF-8. Groups without a command are left out."""
    keytips = keytips_of(commands)
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<customUI xmlns="{NAMESPACE}" onLoad="OnLoad">',
        "  <ribbon>",
        "    <tabs>",
        f"      <tab{_attributes(id='xlsvcTab', label=TAB_LABEL, keytip=TAB_KEYTIP, getVisible='GetTabVisible')}>",
    ]
    for number, group in enumerate(groups, start=1):
        members = [command for command in commands if command.group == group and not command.menu_of]
        if not members:
            continue
        lines.append(f"        <group{_attributes(id=f'xlsvcGroup{number}', label=group)}>")
        for command in members:
            below = [other for other in commands if other.menu_of == command.id]
            lines += _split_button(command, below, keytips) if below else [_button(command, keytips, " " * 10)]
        lines.append("        </group>")
    lines += ["      </tab>", "    </tabs>", "  </ribbon>", "</customUI>", ""]
    return "\n".join(lines).encode("utf-8")


def keytips_of(commands: Sequence[Command]) -> dict[str, str]:
    """A key of its own for each command: its first free letter, else the first free one of the alphabet, else a
    pair that begins with Z (which is no key by itself: it would hide the pairs)."""
    singles, pairs = ascii_uppercase[:-1], [f"Z{letter}" for letter in ascii_uppercase]
    taken: dict[str, str] = {}
    for command in commands:
        wanted = [letter for letter in command.id.upper() if letter in singles]
        taken[command.id] = next(key for key in [*wanted, *singles, *pairs] if key not in taken.values())
    return taken


def control_id(command: Command) -> str:
    return f"xlsvc_{command.id}"


def _split_button(command: Command, below: Sequence[Command], keytips: dict[str, str]) -> list[str]:
    size = "large" if command.large else "normal"
    indent = " " * 10
    return [
        f"{indent}<splitButton{_attributes(id=control_id(command) + '_split', size=size)}>",
        _button(command, keytips, indent + "  ", sized=False),
        f"{indent}  <menu{_attributes(id=control_id(command) + '_menu', itemSize='normal')}>",
        *(_button(other, keytips, indent + "    ", sized=False) for other in below),
        f"{indent}  </menu>",
        f"{indent}</splitButton>",
    ]


def _button(command: Command, keytips: dict[str, str], indent: str, sized: bool = True) -> str:
    attributes = {
        "id": control_id(command), "tag": command.id, "label": command.label, "imageMso": command.icon,
        "screentip": command.label, "supertip": command.help[:LONGEST_SUPERTIP], "keytip": keytips[command.id],
        "onAction": "OnCommand", "getEnabled": "GetEnabled",
    }  # fmt: skip
    if sized:
        attributes["size"] = "large" if command.large else "normal"
    return f"{indent}<button{_attributes(**attributes)}/>"


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())


def main() -> None:
    checked_in().write_bytes(ribbon_xml())
    print(checked_in())


def checked_in() -> Path:
    """The ribbon as it stands in macros/."""
    return macros() / FILE_NAME


if __name__ == "__main__":
    main()
