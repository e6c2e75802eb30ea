"""What has to be put right in a package that openpyxl wrote, and the same bytes every time.

openpyxl writes the children of a font in an order the schema does not allow, and stamps the current time
into the package; both would make each template differ or fail the Open XML SDK validator.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from lxml import etree
from openpyxl import Workbook

STAMP = "2024-01-01T00:00:00Z"  # created and modified in docProps/core.xml
APPLICATION, APP_VERSION = "xlsvc", "1.0"
_ENTRY_TIME = (1980, 1, 1, 0, 0, 0)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EXTENDED = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
_TERMS = "{http://purl.org/dc/terms/}"
_FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name",
    "family", "charset", "scheme",
)  # fmt: skip


def save(workbook: Workbook, path: Path) -> None:
    """Write a workbook made by `build` to `path`, corrected and reproducible."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    Path(path).write_bytes(finish(buffer.getvalue()))


def finish(package: bytes) -> bytes:
    """The package with valid fonts and fixed timestamps; parts keep their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ENTRY_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, _corrected(name, source.read(name)))
    return out.getvalue()


def _corrected(name: str, data: bytes) -> bytes:
    if name == "xl/styles.xml":
        root = etree.fromstring(data)
        for font in root.iter(_MAIN + "font"):
            font[:] = sorted(font, key=lambda child: _FONT_ORDER.index(etree.QName(child).localname))
    elif name == "docProps/core.xml":
        root = etree.fromstring(data)
        for term in ("created", "modified"):
            for element in root.iter(_TERMS + term):
                element.text = STAMP
    elif name == "docProps/app.xml":
        root = etree.fromstring(data)  # openpyxl names its own version here
        for tag, text in (("Application", APPLICATION), ("AppVersion", APP_VERSION)):
            for element in root.iter(_EXTENDED + tag):
                element.text = text
    else:
        return data
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
