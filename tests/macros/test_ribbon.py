"""The ribbon: made from the registry, checked in, and each callback there in VBA."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import etree

from tests.support.ribbon_picture import ICONS, picture
from workbook.resources import macros
from workbook.vba.sources import read_modules
from xlsvc import commands
from xlsvc.commands import COMMANDS, GROUPS, Command
from xlsvc.ribbon import checked_in, ribbon_xml

from . import judges


def test_the_checked_in_ribbon_is_the_registrys() -> None:
    assert checked_in().read_bytes() == ribbon_xml(), "stale: run python -m xlsvc.ribbon"


def test_the_ribbon_is_sound_and_its_callbacks_are_there() -> None:
    assert judges.ribbon_findings(ribbon_xml()) == []
    assert judges.callback_findings(ribbon_xml(), read_modules(macros())) == []


def test_each_command_is_one_button_in_its_group() -> None:
    root = etree.fromstring(ribbon_xml())
    for command in COMMANDS:
        (button,) = root.xpath(f'//*[local-name()="button"][@tag="{command.id}"]')
        (group,) = button.iterancestors(f"{judges.UI}group")
        assert group.get("label") == command.group
        assert (button.get("label"), button.get("supertip")) == (command.label, command.help)
        assert "\n" not in command.help
        assert 8 <= len(command.help) <= 80, "one line that says what will happen"
        menus = [menu.get("id") for menu in button.iterancestors(f"{judges.UI}menu")]
        assert menus == ([f"xlsvc_{command.menu_of}_menu"] if command.menu_of else [])
        holder = button.getparent() if not command.menu_of else None
        if holder is not None and not command.menu_of:
            sized = holder if holder.tag == f"{judges.UI}splitButton" else button
            assert sized.get("size") == ("large" if command.large else "normal")


def test_groups_come_in_the_order_of_the_day() -> None:
    shown = [group.get("label") for group in etree.fromstring(ribbon_xml()).iter(f"{judges.UI}group")]
    assert shown == [group for group in GROUPS if any(c.group == group for c in COMMANDS)]


def test_a_new_command_is_a_new_button(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Command("mail", "发送", "发送", "FileOpen", "读入客户填好寄回的评价表,登记到“评价记录”。", large=True)
    monkeypatch.setattr(commands, "COMMANDS", (*COMMANDS, new))
    xml = ribbon_xml(commands.COMMANDS)
    root = etree.fromstring(xml)
    (button,) = root.xpath('//*[@tag="mail"]')
    assert dict(button.attrib) == {
        "id": "xlsvc_mail", "tag": "mail", "label": "发送", "imageMso": "FileOpen", "screentip": "发送",
        "supertip": "读入客户填好寄回的评价表,登记到“评价记录”。", "keytip": button.get("keytip"), "onAction": "OnCommand",
        "getEnabled": "GetEnabled", "size": "large",
    }  # fmt: skip
    assert button.getparent().get("label") == "发送"
    assert judges.ribbon_findings(xml) == []


def test_forty_commands_still_have_keys_of_their_own() -> None:
    many = [dataclasses.replace(COMMANDS[0], id=f"c_{'abcdefghijklmnopqrstuvwxyz'[n % 26]}{'x' * (n // 26)}") for n in range(40)]
    assert [f for f in judges.ribbon_findings(ribbon_xml(many)) if "keytip" in f] == []


def test_text_with_xml_signs_stays_text() -> None:
    odd = dataclasses.replace(COMMANDS[0], label='A & <B> "c"', help="一行 <说明> & 更多文字。")
    (button,) = etree.fromstring(ribbon_xml([odd])).iter(f"{judges.UI}button")
    assert (button.get("label"), button.get("supertip")) == ('A & <B> "c"', "一行 <说明> & 更多文字。")


def test_the_picture_shows_every_label_and_has_a_sketch_for_every_icon() -> None:
    drawn = picture(ribbon_xml())
    for label in (*GROUPS, *(command.label for command in COMMANDS)):
        if label in {c.group for c in COMMANDS} | {c.label for c in COMMANDS}:
            assert f">{label}<" in drawn, label
    assert {command.icon for command in COMMANDS} <= set(ICONS), "draw it in tests/support/ribbon_picture.py"
