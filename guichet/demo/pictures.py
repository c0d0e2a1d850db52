"""The files that customers attach: small PNG, PDF and text, drawn here so that the project carries no binary files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from math import exp, hypot

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 480, 320


class Canvas:
    """A picture of RGB pixels with just enough strokes for a drawing."""

    def __init__(self, ground: Colour) -> None:
        self._rows = [bytearray(bytes(ground) * WIDTH) for _ in range(HEIGHT)]

    def box(self, left: int, top: int, right: int, bottom: int, colour: Colour) -> None:
        for y in range(max(0, top), min(HEIGHT, bottom)):
            self._rows[y][3 * max(0, left) : 3 * min(WIDTH, right)] = bytes(colour) * (min(WIDTH, right) - max(0, left))

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        for row in range(-radius, radius + 1):
            half = int((radius**2 - row**2) ** 0.5)
            self.box(x - half, y + row, x + half, y + row + 1, colour)

    def line(self, points: list[tuple[int, int]], thickness: int, colour: Colour) -> None:
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = max(abs(x2 - x1), abs(y2 - y1), 1)
            for step in range(steps + 1):
                x, y = x1 + (x2 - x1) * step // steps, y1 + (y2 - y1) * step // steps
                self.box(x, y, x + thickness, y + thickness, colour)

    def glow(self, x: int, y: int, reach: float, colour: Colour) -> None:
        for row in range(HEIGHT):
            pixels = self._rows[row]
            for column in range(WIDTH):
                light = exp(-hypot(column - x, row - y) / reach)
                place = 3 * column
                for channel in range(3):
                    before = pixels[place + channel]
                    pixels[place + channel] = before + int((colour[channel] - before) * light)

    def png(self) -> bytes:
        """PNG 1.2: 8-bit RGB, no filter."""
        raw = b"".join(b"\0" + row for row in self._rows)
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def printer_panel() -> bytes:
    canvas = Canvas((214, 211, 205))
    canvas.box(40, 50, 440, 270, (58, 62, 68))
    canvas.box(70, 80, 300, 210, (250, 176, 74))
    for top, right in ((98, 270), (122, 240), (146, 262), (176, 150)):
        canvas.box(90, top, right, top + 10, (92, 58, 10))
    for index in range(3):
        canvas.disc(360, 100 + 50 * index, 17, (96, 102, 110))
    canvas.disc(360, 100, 8, (232, 70, 48))
    canvas.box(70, 232, 410, 240, (30, 32, 36))
    return canvas.png()


def broken_shade() -> bytes:
    canvas = Canvas((232, 229, 222))
    canvas.box(236, 0, 244, 90, (70, 66, 60))
    for y in range(90, 250):
        half = 30 + (y - 90) * 110 // 160
        canvas.box(240 - half, y, 240 + half, y + 1, (176 - (y - 90) // 6, 205 - (y - 90) // 8, 196))
    canvas.line([(214, 96), (226, 132), (205, 160), (238, 196), (222, 249)], 3, (247, 250, 249))
    canvas.line([(238, 196), (286, 214), (300, 249)], 2, (247, 250, 249))
    canvas.line([(205, 160), (168, 176)], 2, (247, 250, 249))
    canvas.box(120, 284, 170, 290, (170, 200, 192))
    canvas.box(310, 292, 334, 297, (170, 200, 192))
    return canvas.png()


def touchpad() -> bytes:
    canvas = Canvas((196, 199, 203))
    for row in range(4):
        for key in range(12):
            canvas.box(24 + 37 * key, 18 + 34 * row, 54 + 37 * key, 46 + 34 * row, (52, 55, 60))
    canvas.box(146, 178, 342, 304, (150, 153, 158))
    for y in range(176, 298):
        lift = (298 - y) // 12
        canvas.box(140 + lift, y, 338 + lift, y + 1, (222, 224, 227))
    canvas.line([(150, 176), (346, 176)], 3, (244, 245, 246))
    return canvas.png()


def filament() -> bytes:
    canvas = Canvas((34, 30, 28))
    canvas.glow(240, 140, 74.0, (255, 190, 92))
    canvas.box(214, 226, 266, 280, (120, 112, 104))
    for top in range(232, 276, 10):
        canvas.box(214, top, 266, top + 3, (84, 78, 72))
    wire = [(226, 226), (218, 160), (230, 128), (240, 158), (250, 128), (262, 160), (254, 226)]
    canvas.line(wire, 3, (255, 244, 214))
    return canvas.png()


def pdf(title: str, lines: list[str]) -> bytes:
    """A one-page PDF 1.4 in Helvetica; the words must fit in WinAnsi."""
    text = [b"BT /F1 20 Tf 60 770 Td (%s) Tj /F1 11 Tf 0 -36 Td 16 TL" % _escaped(title)]
    text += [b"(%s) Tj T*" % _escaped(line) for line in lines]
    stream = b"\n".join([*text, b"ET"])
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


STARTER = """New starter checklist (HR 12)

Name            Imogen Clarke
Start           1 December
Team            Sales, Leeds (Grace Okafor)
Desk            2.14
Laptop          14 inch, UK keyboard
Accounts        mail, CRM, travel
Badge           Leeds front door, bicycle cellar
"""
INTERFACE = """07:12:03 ZSHOP_IMPORT START  user=SKRAEMER
07:12:03 queue SHOP_ORDERS: 63 waiting, oldest 2026-11-16T13:40:11
07:12:04 read   4500118903 ... ERROR  invalid character U+1F4A1 in NAME1
07:12:04 rollback, queue stays blocked
07:12:04 ZSHOP_IMPORT END    rc=0  transferred=0
"""

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "panneau-imprimante.png": ("image/png", printer_panel),
    "broken-shade.png": ("image/png", broken_shade),
    "touchpad.png": ("image/png", touchpad),
    "filament.png": ("image/png", filament),
    "starter-checklist.txt": ("text/plain", STARTER.encode),
    "schnittstelle.log.txt": ("text/plain", INTERFACE.encode),
    "floor-plan-leeds.pdf": (
        "application/pdf",
        lambda: pdf("Leeds, second floor", ["2.11  Grace Okafor", "2.12  Priya Raman", "2.14  new starter"]),
    ),
    "delivery-note-LU-20417.pdf": (
        "application/pdf",
        lambda: pdf("Delivery note LU-20417", ["8 x Gannet pendant, glass sage, brass", "1 parcel of 2, 14.2 kg each"]),
    ),
    "facture-F-2026-1183.pdf": (
        "application/pdf",
        lambda: pdf(
            "Facture F-2026-1183",
            ["Hôtel Bellerive, Genève", "12 appliques « Sterne »   6 320,00 €", "TVA 20 %   1 264,00 €"],
        ),
    ),
    "plan-des-quais.pdf": (
        "application/pdf",
        lambda: pdf("Quais de l'Aubette, phase 2", ["40 mâts, entraxe 18 m", "Du pont Neuf aux Lavandières"]),
    ),
    "trade-account-form.pdf": (
        "application/pdf",
        lambda: pdf("Trade account application", ["Brightside Interiors, Bristol", "Expected orders: 40 a year"]),
    ),
}
