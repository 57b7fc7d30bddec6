"""Whatever somebody sends as a picture becomes a clean JPEG or one of three refusals, and harms nobody."""

from __future__ import annotations

import asyncio
import fcntl
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from bot.media.pictures import CHILD, BadPicture, Studio, Tidied
from tests import ROOT

RED, WHITE = (255, 0, 0), (255, 255, 255)
HERE = ROOT
ALLOWED_SEGMENTS = {0xE0, 0xDB, 0xC2, 0xC4, 0xDA}  # JFIF, quantisation, progressive frame, Huffman, scan


def encoded(image: Image.Image, coded: str, **params: object) -> bytes:
    out = io.BytesIO()
    image.save(out, coded, **params)
    return out.getvalue()


def colours(width: int = 60, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (0, 0, 255))
    image.paste(RED, (0, 0, width // 2, height))
    return image


def png(width: int, height: int, *, bits: int = 1, kind: int = 0, level: bytes = b"\0") -> bytes:
    """A PNG whose rows are all the same, written without ever holding its pixels."""
    length = (width * bits * {0: 1, 2: 3, 6: 4}[kind] + 7) // 8  # grey, RGB or RGBA
    row = b"\0" + level * (length // len(level))
    packer = zlib.compressobj(9)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*one) for one in [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def segments(jpeg: bytes) -> Iterator[int]:
    """The markers of a JPEG between its start and its end; fails when anything comes after the end."""
    assert jpeg[:2] == b"\xff\xd8"
    at = 2
    while jpeg[at : at + 2] != b"\xff\xd9":
        assert jpeg[at] == 0xFF
        yield jpeg[at + 1]
        at += 2 + int(struct.unpack(">H", jpeg[at + 2 : at + 4])[0])
        while jpeg[at] != 0xFF or jpeg[at + 1] == 0:  # a scan's data
            at += 1
    assert at + 2 == len(jpeg)


def shown(tidied: Tidied) -> Image.Image:
    image = Image.open(io.BytesIO(tidied.data))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (tidied.width, tidied.height))
    return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(have - want) < 12 for have, want in zip(pixel, colour, strict=True))


async def refusal(raw: bytes, studio: Studio | None = None) -> str:
    with pytest.raises(BadPicture) as refused:
        await (studio or Studio()).tidy(raw)
    return refused.value.code


@pytest.mark.parametrize("coded", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_a_plain_jpeg(coded: str) -> None:
    tidied = await Studio().tidy(encoded(colours(), coded))
    image = shown(tidied)
    assert image.size == (60, 40)
    assert near(image, (5, 20), RED) and near(image, (55, 20), (0, 0, 255))
    assert set(segments(tidied.data)) == ALLOWED_SEGMENTS


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((1600, 1200), (1600, 1200)),
        ((4000, 3000), (1600, 1200)),
        ((900, 3200), (450, 1600)),
        ((9000, 2), (1600, 1)),
        ((1, 1), (1, 1)),
    ],
)
async def test_no_side_is_longer_than_1600(sent: tuple[int, int], kept: tuple[int, int]) -> None:
    for coded in ("JPEG", "PNG"):
        assert shown(await Studio().tidy(encoded(colours(*sent), coded))).size == kept


@pytest.mark.parametrize("coded", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_held_sideways_is_turned_upright(coded: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    image = shown(await Studio().tidy(encoded(colours(), coded, exif=exif)))
    assert image.size == (40, 60)
    assert near(image, (20, 5), RED) and near(image, (20, 55), (0, 0, 255))


async def test_good_pixels_with_broken_metadata_are_kept_as_they_are() -> None:
    for exif in (
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x02x\0\0\0",
    ):
        raw = encoded(colours(), "JPEG")
        assert shown(await Studio().tidy(raw[:2] + segment(0xE1, exif) + raw[2:])).size == (60, 40)


async def test_nothing_but_the_pixels_is_left() -> None:
    thumbnail = encoded(Image.new("L", (8, 8)), "JPEG", comment="SECRET-IN-THUMBNAIL")
    # One directory with the orientation, the next with a thumbnail: where it is and how long.
    orientation = struct.pack("<HHHIII", 1, 0x0112, 3, 1, 1, 26)
    place = struct.pack("<HHHIIHHIII", 2, 0x201, 4, 1, 56, 0x202, 4, 1, len(thumbnail), 0)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRET-CAMERA"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (17.0, 4.0, 12.0)
    gps[ExifTags.GPS.GPSAreaInformation] = b"SECRET-GPS"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET-XMP</x:xmpmeta>'
    raw = encoded(colours(), "JPEG", exif=exif, xmp=xmp, comment="SECRET-COMMENT", icc_profile=b"SECRET-ICC" * 20)
    with Image.open(io.BytesIO(raw)) as image:
        assert image.getexif().get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (17.0, 4.0, 12.0)
    raw = raw[:2] + segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + orientation + place + thumbnail) + raw[2:]
    raw = raw[:2] + segment(0xED, b"Photoshop 3.0\x008BIM SECRET-PHOTOSHOP") + raw[2:] + b"SECRET-AFTER-THE-END"
    assert raw.count(b"SECRET-") == 1 + 6 + 20

    tidied = await Studio().tidy(raw)
    for left in (b"SECRET", b"Exif", b"GPS", b"xmp", b"adobe", b"ICC", b"8BIM"):
        assert left not in tidied.data
    assert set(segments(tidied.data)) == ALLOWED_SEGMENTS


async def test_the_texts_of_a_png_and_the_metadata_of_a_webp_are_gone_too() -> None:
    texts = chunk(b"tEXt", b"Comment\0SECRET") + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET")
    raw = encoded(colours(), "PNG")
    for one in (
        raw[:33] + texts + raw[33:],
        encoded(colours(), "WEBP", xmp=b"SECRET", exif=b"Exif\0\0SECRET"),
    ):
        assert b"SECRET" in one
        assert b"SECRET" not in (await Studio().tidy(one)).data


async def test_a_picture_that_is_a_web_page_as_well_is_only_a_picture_afterwards() -> None:
    page = b"<html><script>alert(1)</script><!--"
    raw = encoded(colours(), "JPEG", comment=page) + b"--></html>PK\x03\x04"
    tidied = await Studio().tidy(raw)
    assert b"<" + b"script" not in tidied.data and b"PK\x03\x04" not in tidied.data
    assert set(segments(tidied.data)) == ALLOWED_SEGMENTS


async def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    assert near(
        shown(await Studio().tidy(encoded(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG"))),
        (20, 20),
        RED,
    )


async def test_sixteen_bits_for_each_colour_become_eight() -> None:
    for kind in (0, 2):
        for level in (b"\x20\x00", b"\x80\x00", b"\xff\xff"):
            image = shown(await Studio().tidy(png(40, 40, bits=16, kind=kind, level=level)))
            assert near(image, (20, 20), (level[0],) * 3)


async def test_what_is_transparent_becomes_white() -> None:
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.paste(0, (0, 0, 40, 20))
    see_through = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    see_through.paste((*RED, 255), (0, 20, 40, 40))
    keyed = Image.new("RGB", (40, 40), RED)
    keyed.paste((1, 2, 3), (0, 0, 40, 20))
    for raw in (
        encoded(palette, "PNG", transparency=0),
        encoded(see_through, "PNG"),
        encoded(see_through, "WEBP"),
        encoded(keyed, "PNG", transparency=(1, 2, 3)),
    ):
        image = shown(await Studio().tidy(raw))
        assert near(image, (20, 5), WHITE) and near(image, (20, 35), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
async def test_every_kind_of_png_can_be_shown(mode: str) -> None:
    assert shown(await Studio().tidy(encoded(colours().convert(mode), "PNG"))).size == (60, 40)


async def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, WHITE)]
    for coded in ("PNG", "WEBP"):
        raw = encoded(frames[0], coded, save_all=True, append_images=frames[1:])
        assert near(shown(await Studio().tidy(raw)), (20, 20), RED)


async def test_21_megabytes_are_refused_without_starting_anything() -> None:
    nothing = Studio(child=("/nowhere/no-such-program",))
    assert await refusal(bytes(21_000_000), nothing) == "too_big"
    assert await refusal(bytes(10 * 2**20 + 1), nothing) == "too_big"


BOMBS = {
    "12000 x 7000 in 10 kB": png(12_000, 7_000),
    "13000 squared": png(13_000, 13_000),
    "20000 squared": png(20_000, 20_000),
    "a WebP of 16384 squared": b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0",
    "a JPEG of 65500 squared": b"\xff\xd8"
    + segment(0xC0, b"\x08" + struct.pack(">HHB", 65500, 65500, 1) + b"\1\x11\0"),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused_from_its_header(bomb: str) -> None:
    assert len(BOMBS[bomb]) < 60_000
    assert await refusal(BOMBS[bomb]) == "too_many_pixels"


def test_refusing_a_bomb_takes_little_memory() -> None:
    """Measured from a small process in between: Linux counts the peak of whoever starts a process as well."""
    measure = (
        "import resource, subprocess, sys\n"
        "said = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.PIPE).stdout\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, said.decode())"
    )
    raw = BOMBS["12000 x 7000 in 10 kB"]
    assert len(raw) < 11_000
    run = subprocess.run([sys.executable, "-c", measure, *CHILD], input=raw, capture_output=True, check=True)
    kilobytes, said = run.stdout.split()
    assert said == b"too_many_pixels"
    assert int(kilobytes) < 64_000


async def test_25_megapixels_are_accepted_and_not_one_row_more() -> None:
    assert (await Studio().tidy(png(5_000, 5_000, bits=8, kind=6, level=b"\x80"))).width == 1600
    assert await refusal(png(5_000, 5_001)) == "too_many_pixels"


def gif_of(frames: int) -> bytes:
    frame = b"\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def half(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


NOT_PICTURES = {
    "nothing": b"",
    "one byte": b"\xff",
    "a GIF of 10000 frames": gif_of(10_000),
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%stdin) (r) file\n",
    "a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "a HEIC": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200),
    "a TIFF": encoded(colours(), "TIFF"),
    "a BMP": encoded(colours(), "BMP"),
    "an icon with a PNG in it": encoded(colours(), "ICO"),
    "a page with a JPEG in it": b"<html>" + encoded(colours(), "JPEG"),
    "noise after a JPEG's first bytes": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
    "a WebP with no frame": b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0",
    "a PNG whose pixels are noise": png(9, 9).replace(zlib.compress(bytes(27), 9), bytes(range(11))),
    **{f"half of a {coded}": half(encoded(colours(), coded)) for coded in ("JPEG", "PNG", "WEBP")},
}


@pytest.mark.parametrize("what", NOT_PICTURES)
async def test_what_is_no_picture_is_refused(what: str) -> None:
    assert await refusal(NOT_PICTURES[what]) == "not_a_picture"


def studio(code: str, *args: object, limit: int = 2, seconds: float = 15) -> Studio:
    """A studio whose child runs this code."""
    return Studio(limit, seconds=seconds, child=(sys.executable, "-c", code, *map(str, args)))


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 11)",
        "import os; os.abort()",
        "raise MemoryError",
        "raise SystemExit(3)",
        "print('1 1')",
        "print('anything at all')",
        "print('99999 1'); print('\\xff\\xd8', end='')",
        "import sys; sys.stdout.buffer.write(b'9 9\\n\\xff\\xd8'); sys.stdout.flush(); raise MemoryError",
        "import os; os.close(0); os.close(1)",
    ],
)
async def test_whatever_happens_to_the_child_the_picture_is_merely_refused(code: str) -> None:
    assert await refusal(bytes(1_000_000), studio(code)) == "not_a_picture"


async def test_a_picture_that_needs_more_memory_than_it_may_have_is_merely_refused() -> None:
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1])\n"
        "from bot.media.child import confined, picture as child\n"
        "confined.confine({resource.RLIMIT_AS: 150 * 2**20})\n"
        "sys.stdout.buffer.write(child.answer(sys.stdin.buffer.read()))\n"
    )
    assert await refusal(png(5_000, 5_000, bits=8, kind=6), studio(code, HERE)) == "not_a_picture"
    assert (await studio(code, HERE).tidy(png(50, 50, bits=8, kind=6))).width == 50


LINGERS = """
import fcntl, os, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
os.fork()
file.write("!")
file.flush()
time.sleep(60)
"""


async def all_gone(path: Path) -> None:
    """Wait until neither the child nor the child's child holds the lock they share."""
    with path.open() as file:
        async with asyncio.timeout(20):
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                await asyncio.sleep(0.01)


async def test_a_child_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    async with asyncio.timeout(30):
        assert await refusal(b"", studio(LINGERS, path, seconds=6)) == "not_a_picture"
    assert path.read_text() == "!!"
    await all_gone(path)


async def test_when_nobody_waits_any_more_the_child_is_ended_with_all_it_started(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    one = studio(LINGERS, path, limit=1)
    waiting = asyncio.create_task(one.tidy(b""))
    async with asyncio.timeout(30):
        while not path.exists() or path.read_text() != "!!":
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)  # on a busy machine the child may be further than the loop that starts it
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(30):
            await waiting
    await all_gone(path)


async def test_a_cancelled_picture_makes_room_for_the_next() -> None:
    one = Studio(1)
    raw = encoded(colours(), "JPEG")
    for delay in (0.0, 0.001, 0.01, 0.03):
        waiting = asyncio.create_task(one.tidy(raw))
        await asyncio.sleep(delay)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (await one.tidy(raw)).width == 60


async def test_ten_pictures_at_once_are_tidied_two_at_a_time(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\n"
        "file = open(sys.argv[1], 'a', 1)\n"
        "print('+1', file=file); time.sleep(0.1); print('-1', file=file)\n"
        "sys.stdout.buffer.write(b'1 1\\n\\xff\\xd8')"
    )
    path = tmp_path / "busy"
    two = studio(code, path, limit=2)
    assert len(await asyncio.gather(*(two.tidy(bytes([n])) for n in range(10)))) == 10
    steps = [int(line) for line in path.read_text().split()]
    assert len(steps) == 20
    assert max(sum(steps[:end]) for end in range(21)) == 2


async def test_ten_real_pictures_at_once_come_back_each_to_its_own() -> None:
    sizes = [(100 + n, 50) for n in range(10)]
    one = Studio(2)
    tidied = await asyncio.gather(*(one.tidy(encoded(colours(*size), "JPEG")) for size in sizes))
    assert [(each.width, each.height) for each in tidied] == sizes


async def test_the_child_knows_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-secret")
    path = tmp_path / "environment"
    await refusal(b"", studio("import os, sys; open(sys.argv[1], 'w').write(str(dict(os.environ)))", path))
    assert "canary" not in path.read_text()


def test_pillow_is_loaded_in_the_child_only() -> None:
    code = "import sys, bot.media.pictures; print('PIL' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
