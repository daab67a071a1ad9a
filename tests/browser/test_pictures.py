"""Pictures as a real encoder makes them, with what a telephone adds: afterwards a browser shows the same picture,
turned the same way, and the place is gone."""

import base64
import struct

import pytest

from core.documents.metadata import without_metadata
from core.documents.sniffing import sniff
from tests.core.documents.files import chunk, segment
from tests.core.documents.test_metadata import PLACE, tiff

pytestmark = pytest.mark.browser
PAINT = """(kind) => {
  const canvas = document.createElement('canvas');
  canvas.width = 48; canvas.height = 32;
  const brush = canvas.getContext('2d');
  for (let i = 0; i < 48; i++) { brush.fillStyle = `rgb(${i * 5},${255 - i * 5},${(i * 37) % 255})`;
                                 brush.fillRect(i, 0, 1, 32); }
  brush.fillStyle = 'red'; brush.fillRect(0, 0, 9, 5);
  return canvas.toDataURL(kind, 0.9).split(',')[1];
}"""
LOOK = """async ([kind, text]) => {
  const picture = new Image();
  picture.src = `data:${kind};base64,${text}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
  const brush = canvas.getContext('2d');
  brush.drawImage(picture, 0, 0);
  return [canvas.width, canvas.height, [...brush.getImageData(0, 0, canvas.width, canvas.height).data].join()];
}"""


@pytest.mark.parametrize("turned", [1, 3, 6, 8])
@pytest.mark.parametrize("kind", ["image/jpeg", "image/png"])
def test_a_browser_shows_the_same_picture(chromium, kind, turned):
    page = chromium.new_page()
    try:
        painted = base64.b64decode(page.evaluate(PAINT, kind))
        sent = with_place(painted, kind, turned)
        assert PLACE in sent and sniff(sent).mime == kind
        kept = without_metadata(sent, kind)
        assert PLACE not in kept and len(kept) < len(sent)
        before, after = (page.evaluate(LOOK, [kind, base64.b64encode(one).decode()]) for one in (sent, kept))
        assert before == after
        if kind == "image/jpeg":
            assert before[:2] == ([32, 48] if turned in (6, 8) else [48, 32])
    finally:
        page.close()


def with_place(painted, kind, turned):
    """Exif and a remark, where the format has them; behind a JPEG a second picture."""
    if kind == "image/jpeg":
        exif = segment(0xE1, b"Exif\x00\x00" + tiff(turned=turned))
        return painted[:2] + exif + segment(0xFE, PLACE) + painted[2:] + b"\xff\xd8" + PLACE
    head = 8 + 12 + struct.unpack(">I", painted[8:12])[0]
    return painted[:head] + chunk(b"eXIf", tiff(turned=turned)) + chunk(b"tEXt", b"x\x00" + PLACE) + painted[head:]
