"""What a reader of a printed PDF finds in it."""

import io
import re
import unicodedata

from pypdf import PdfReader


def pages(pdf):
    return [unicodedata.normalize("NFC", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def words(pdf):
    """The whole text on one line."""
    return re.sub(r"\s+", " ", "\n".join(pages(pdf)))


def squeezed(text):
    """Without spaces and case: line breaks may fall within long words, and titles print in capitals."""
    return re.sub(r"\s+", "", text).casefold()


def font_names(pdf):
    names = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])
    return names


def metadata(pdf):
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
