#!/usr/bin/env python3
"""Makes the image files next to this script, and for each the pixels that it should decode to, as NAME.ppm.

    python3 tests/data/images/make.py      # needs Pillow and NumPy

formats/ has a file of each kind. Its pixels are Pillow's where docs/image_folders.md says that we decode as Pillow
does; elsewhere they are computed here. folder/ is a set of two classes in which each image has a colour of its own.
"""
import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
FORMATS, FOLDER = HERE / "formats", HERE / "folder"


def picture(width, height):
    """RGB without any symmetry, smooth enough for JPEG."""
    y, x = np.mgrid[0:height, 0:width]
    red, green, blue = 20 + 200 * x / width, 230 - 180 * y / height, 90 + 60 * (x + 2 * y) / (width + height)
    return np.stack([red, green, blue], axis=-1).round().astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(samples, depth, colour, extra=b"", interlaced=False):
    """A PNG of samples [height, width, channels] that are stored in `depth` bits; colour as in its header."""
    height, width = samples.shape[:2]
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = b""
    for top, left, down, right in passes if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::right]
        if part.size:
            rows += b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in part)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows, 9)) +
            chunk(b"IEND", b""))


def gamma(value):
    return chunk(b"gAMA", struct.pack(">I", round(value * 100000)))


def exif(orientation, order="<"):
    directory = struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8) + directory


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def on_black(content):
    image = opened(content).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image).convert("RGB")


def keep(name, content, pixels=None):
    """Writes a file and its pixels: as Pillow decodes it, unless they are given."""
    image = opened(content).convert("RGB") if pixels is None else pixels
    if isinstance(image, np.ndarray):
        image = Image.fromarray(np.broadcast_to(image, image.shape[:2] + (3,)).astype(np.uint8))
    (FORMATS / name).write_bytes(content)
    (FORMATS / f"{name}.ppm").write_bytes(encoded(image, "PPM"))


def make_pngs():
    rgb = picture(5, 4)
    gray, alpha = rgb[..., :1], np.arange(20).reshape(4, 5, 1) * 255 // 19
    keep("gray.png", png(gray, 8, 0))
    keep("gray_1_bit.png", encoded(Image.fromarray(gray[..., 0] > 100), "PNG"))
    keep("palette.png", encoded(Image.fromarray(rgb).quantize(7), "PNG"))
    keep("rgb.png", png(rgb, 8, 2))
    keep("interlaced.png", png(picture(11, 9), 8, 2, interlaced=True))
    keep("pixel.png", png(rgb[:1, :1], 8, 2))
    for name, content in {
            "rgb_alpha.png": png(np.concatenate([rgb, alpha], axis=-1), 8, 6),
            "gray_alpha.png": png(np.concatenate([gray, alpha], axis=-1), 8, 4),
            "gray_key.png": png(gray, 8, 0, chunk(b"tRNS", b"\0" + bytes(gray[1, 1]))),
            "palette_alpha.png": encoded(Image.fromarray(rgb).quantize(7), "PNG", transparency=bytes([0, 80, 255])),
    }.items():
        keep(name, content, on_black(content))
    deep = rgb.astype(np.uint32) * 251 + 601  # 16 bits, and not 257 times 8
    keep("gray_16_bit.png", png(deep[..., :1], 16, 0), np.floor(deep[..., :1] / 257 + 0.5))
    wide = picture(11, 9).astype(np.uint32) * 257
    keep("interlaced_16_bit.png", png(wide, 16, 2, interlaced=True), wide // 257)
    keep("rgb_16_bit.png", png(deep, 16, 2), np.floor(deep / 257 + 0.5))
    keep("rgb_16_bit_gamma.png", png(deep, 16, 2, gamma(1)), (255 * (deep / 65535) ** (1 / 2.2)).round())
    keep("gamma_but_srgb.png", png(rgb, 8, 2, gamma(1) + chunk(b"sRGB", b"\0")))
    keep("gamma.png", png(rgb, 8, 2, gamma(1 / 1.8)), (255 * (rgb / 255) ** (1.8 / 2.2)).round())


def stored_as(upright, orientation):
    """The inverse of ImageOps.exif_transpose()."""
    for candidate in (None, *Image.Transpose):
        stored = upright if candidate is None else upright.transpose(candidate)
        content = encoded(stored, "PNG", exif=b"Exif\0\0" + exif(orientation))
        if ImageOps.exif_transpose(opened(content)).tobytes() == upright.tobytes():
            return stored
    raise ValueError(orientation)


def make_oriented():
    upright = Image.fromarray(picture(5, 3))
    (FORMATS / "upright.ppm").write_bytes(encoded(upright, "PPM"))
    for orientation in range(1, 9):
        samples = np.asarray(stored_as(upright, orientation))
        order = "<>"[orientation % 2]
        (FORMATS / f"orientation_{orientation}.png").write_bytes(
            png(samples, 8, 2, chunk(b"eXIf", exif(orientation, order))))
    for name, orientation, order in (("rotated.jpg", 6, "<"), ("rotated_big_endian.jpg", 8, ">")):
        content = encoded(Image.fromarray(picture(9, 7)), "JPEG", exif=b"Exif\0\0" + exif(orientation, order))
        keep(name, content, ImageOps.exif_transpose(opened(content)))


def make_inks():
    light = picture(9, 7).astype(float)
    black = light.max(axis=-1, keepdims=True)
    ink = np.concatenate([255 * light / black, black], axis=-1).round().astype(np.uint8)  # Adobe's: 255 is none
    plain = encoded(Image.fromarray(255 - ink, "CMYK"), "JPEG", quality=95, optimize=True)
    keep("inks.jpg", plain)
    y, cb, cr = (np.asarray(band) for band in Image.fromarray(ink[..., :3]).convert("YCbCr").split())
    ycck = encoded(Image.fromarray(255 - np.stack([y, cb, cr, ink[..., 3]], axis=-1), "CMYK"), "JPEG", quality=95,
                   optimize=True)
    marker = ycck.index(b"\xff\xee\0\x0eAdobe")
    keep("inks_ycck.jpg", ycck[:marker + 15] + b"\2" + ycck[marker + 16:])
    without = encoded(Image.fromarray(ink, "CMYK"), "JPEG", quality=95, optimize=True)
    without = without[:marker] + without[marker + 16:]
    passes = np.asarray(opened(without)).astype(int)  # Pillow takes it for Adobe's
    keep("inks_plain.jpg", without, (passes[..., :3] * passes[..., 3:] + 127) // 255)


def make_jpegs():
    rgb = Image.fromarray(picture(9, 7))
    keep("gray.jpg", encoded(rgb.convert("L"), "JPEG", optimize=True))
    keep("baseline.jpg", encoded(rgb, "JPEG", optimize=True))
    keep("progressive.jpg", encoded(rgb, "JPEG", progressive=True))
    keep("pixel.jpg", encoded(rgb.crop((0, 0, 1, 1)), "JPEG", optimize=True))


def make_folder():
    """Image N is of gray N."""
    def image(n):
        return Image.new("RGB", (2, 2), (n, n, n))
    for n, name in enumerate((
            "cat/a.png", "cat/b.PNG", "cat/c.JPEG", "cat/album.jpg/d.png", "cat/deep/er/e.Jpg", "dog/f.png", "dog/g.jpg",
            "cat/.hidden.png", "cat/.ipynb_checkpoints/a-checkpoint.png", ".cache/h.png")):
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
        path.write_bytes(encoded(image(n), kind, **({} if kind == "PNG" else {"optimize": True})))
    (FOLDER / "cat/._a.png").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        ")
    (FOLDER / "cat/notes.txt").write_text("no image\n")


if __name__ == "__main__":
    FORMATS.mkdir(exist_ok=True)
    make_pngs()
    make_oriented()
    make_jpegs()
    make_inks()
    make_folder()
