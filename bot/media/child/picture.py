"""What decodes one untrusted picture in a child process that `confined` confines: any bytes in, a clean JPEG out.

It answers ``<width> <height>`` and a newline before the JPEG, or only the code of a `bot.media.pictures.BadPicture`. It
imports nothing of ours, so that it starts fast and holds nothing worth stealing.
"""

from __future__ import annotations

import io
import resource

from PIL import ExifTags, Image, ImageOps, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin

# Pillow loads a format when it meets such a picture, which the limits below forbid: so they are loaded here.
Image.preinit()
LOADED = (MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
QUALITY = 85
LIMITS = {
    resource.RLIMIT_AS: 512 * 2**20,  # bytes
    resource.RLIMIT_CPU: 10,  # seconds
}


def tidied(raw: bytes) -> Image.Image:
    """The picture upright and small enough, in RGB, with nothing but its pixels.

    Raises Image.DecompressionBombError, from the header alone, when there are too many pixels, and any other
    exception when it is no picture.
    """
    with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
        # A JPEG that will be smaller need not be decoded in full; for the other formats this does nothing.
        scale = LONGEST_SIDE / max(picture.size)
        picture.draft(None, (max(1, int(picture.width * scale)), max(1, int(picture.height * scale))))
        picture.load()
        orientation = orientation_of(picture)
        small = opaque(picture)
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Pillow carries metadata along from image to image and writes a comment unasked; a fresh image has none.
    fresh = Image.new("RGB", small.size)
    fresh.paste(small)
    fresh.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(fresh)


def orientation_of(picture: Image.Image) -> int:
    """Which way up the camera was held, 1 to 8; 1, upright, when its note cannot be read."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken metadata raise anything at all, and are no reason to refuse good pixels
        return 1


def opaque(picture: Image.Image) -> Image.Image:
    """It, in a mode that can be made smaller, and on white where it is transparent."""
    if picture.mode == "I;16":  # merely converting would show all but the 255 darkest levels as white
        picture = picture.point(lambda level: level / 256).convert("L")
    if not picture.has_transparency_data:
        return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")
    if picture.mode != "RGBA":
        picture = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return paper


def answer(raw: bytes) -> bytes:
    """What to write for these bytes."""
    # Pillow warns above its own limit and refuses above twice that.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
    try:
        picture = tidied(raw)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    except Image.DecompressionBombError:
        return b"too_many_pixels"
    except Exception:  # a decoder that is fed rubbish raises anything at all
        return b"not_a_picture"
    return b"%d %d\n" % picture.size + out.getvalue()
