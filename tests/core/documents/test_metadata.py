"""What a telephone writes into a picture is gone before it is kept; the picture itself is not touched."""

import struct

import pytest

from core.documents.images import check_heic, check_jpeg, check_png
from core.documents.metadata import without_metadata
from core.documents.sniffing import Refused
from tests.core.documents.files import box, chunk, heic, jpeg, png, segment

PLACE = b"10.57N 106.49E"
PLACE_BYTES = len(PLACE)
PIXELS = b"\x12\xff\x00\x34\xff\xd0\x56"


def tiff(turned=1, order="MM"):
    """Maker, orientation, and a place at the end."""
    sign = ">" if order == "MM" else "<"
    head = order.encode() + struct.pack(f"{sign}HI", 42, 8)
    maker = struct.pack(f"{sign}HHII", 0x010F, 2, len(PLACE), 38)
    turn = struct.pack(f"{sign}HHIHH", 0x0112, 3, 1, turned, 0)
    return head + struct.pack(f"{sign}H", 2) + maker + turn + b"\x00" * 4 + PLACE


def exif(**how):
    return segment(0xE1, b"Exif\x00\x00" + tiff(**how))


def orientation_of(content):
    at = content.find(b"MM\x00\x2a")
    return 0 if at < 0 else struct.unpack_from(">H", content, at + 18)[0]


@pytest.mark.parametrize(
    "extra",
    [
        exif(),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>" + PLACE),
        segment(0xED, b"Photoshop 3.0\x00" + PLACE),
        segment(0xE2, b"MPF\x00" + PLACE),
        segment(0xEE, b"Other" + PLACE),
        segment(0xFE, PLACE),
    ],
)
def test_a_jpeg_tells_nothing(extra):
    kept = without_metadata(jpeg(extra=extra), "image/jpeg")
    check_jpeg(kept)
    assert PLACE not in kept and PIXELS in kept
    assert kept.startswith(b"\xff\xd8\xff\xe0") and kept.endswith(PIXELS + b"\xff\xd9")


def test_what_a_telephone_puts_after_a_jpeg_is_gone():
    film = jpeg(extra=exif()) + b"\x00\x00\x00\x18ftypmp42" + PLACE
    assert without_metadata(jpeg(after=film), "image/jpeg") == without_metadata(jpeg(), "image/jpeg")


def test_a_preview_in_the_head_of_a_jpeg_is_gone():
    head = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x02\x02" + PLACE)
    kept = without_metadata(b"\xff\xd8" + head + jpeg()[2:], "image/jpeg")
    check_jpeg(kept)
    assert PLACE not in kept


@pytest.mark.parametrize("order", ["MM", "II"])
@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_turned_picture_stays_turned(order, turned):
    kept = without_metadata(jpeg(extra=exif(turned=turned, order=order)), "image/jpeg")
    check_jpeg(kept)
    assert PLACE not in kept and orientation_of(kept) == turned
    kept = without_metadata(png(extra=chunk(b"eXIf", tiff(turned=turned, order=order))), "image/png")
    check_png(kept)
    assert PLACE not in kept and orientation_of(kept) == turned


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_a_cut_directory_does_no_harm(cut):
    kept = without_metadata(jpeg(extra=segment(0xE1, b"Exif\x00\x00" + tiff(turned=6)[:cut])), "image/jpeg")
    check_jpeg(kept)
    assert orientation_of(kept) in (0, 6)


def test_colours_stay():
    profile, adobe = segment(0xE2, b"ICC_PROFILE\x00\x01\x01abc"), segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x00")
    kept = without_metadata(jpeg(extra=profile + adobe), "image/jpeg")
    assert profile in kept and adobe in kept
    look = chunk(b"iCCP", b"abc") + chunk(b"pHYs", b"\x00" * 9)
    assert without_metadata(png(extra=look), "image/png") == png(extra=look)


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"prVt", b"ABCD"])
def test_a_png_tells_nothing(name):
    assert without_metadata(png(extra=chunk(name, PLACE)), "image/png") == png()


def photo(place_of=lambda content: content.find(PLACE), method=0, length=PLACE_BYTES, kind=b"Exif", after=b""):
    """A HEIC with one item of metadata, in `mdat` or (method 1) in `idat`."""

    def build(offset):
        item = box(b"infe", b"\x02\x00\x00\x00" + struct.pack(">HH", 7, 0) + kind + b"\x00")
        items = box(b"iinf", b"\x00" * 4 + struct.pack(">H", 1) + item)
        where = struct.pack(">BBHHHHHII", 0x44, 0, 1, 7, method, 0, 1, offset, length)
        places = box(b"iloc", b"\x01\x00\x00\x00" + where)
        extent = box(b"ispe", b"\x00" * 4 + struct.pack(">II", 40, 30))
        data = box(b"idat", PLACE) if method == 1 else b""
        meta = box(b"meta", b"\x00" * 4 + items + places + extent + data)
        mdat = box(b"mdat", b"pixels" + (PLACE if method == 0 else b""))
        return box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic") + meta + mdat + after

    return build(place_of(build(0)))


@pytest.mark.parametrize("kind", [b"Exif", b"mime"])
@pytest.mark.parametrize("method", [0, 1])
def test_a_heic_tells_nothing(kind, method):
    whole = photo(method=method, kind=kind) if method == 0 else photo(lambda content: 0, method=1, kind=kind)
    assert PLACE in whole
    kept = without_metadata(whole, "image/heic")
    check_heic(kept)
    assert PLACE not in kept and b"pixels" in kept and len(kept) == len(whole)


@pytest.mark.parametrize("name", [b"udes", b"altt", b"crtt", b"mdft"])
def test_a_property_of_a_heic_says_nothing(name):
    extent = box(b"ispe", b"\x00" * 4 + struct.pack(">II", 40, 30))
    meta = box(b"meta", b"\x00" * 4 + box(b"iprp", box(b"ipco", extent + box(name, b"\x00" * 4 + PLACE))))
    whole = box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic") + meta + box(b"mdat", b"pixels")
    kept = without_metadata(whole, "image/heic")
    check_heic(kept)
    assert PLACE not in kept and name in kept and extent in kept and len(kept) == len(whole)


def test_a_film_in_a_heic_is_gone():
    kept = without_metadata(photo(after=box(b"mpvd", PLACE)), "image/heic")
    check_heic(kept)
    assert PLACE not in kept and b"mpvd" not in kept


@pytest.mark.parametrize(
    "whole",
    [
        photo(len),
        photo(length=2**20),
        photo(length=0),
        photo(lambda content: 0, method=2),
        photo(lambda content: content.find(b"ispe") - 4),  # its place would be that of the picture's own size
        photo().replace(b"iloc", b"free"),
    ],
)
def test_a_heic_that_hides_where_its_metadata_lie_is_refused(whole):
    with pytest.raises(Refused):
        without_metadata(whole, "image/heic")


def test_other_files_stay_as_they_are():
    assert without_metadata(heic(), "image/heic") == heic()
    assert without_metadata(b"%PDF-" + PLACE, "application/pdf") == b"%PDF-" + PLACE
