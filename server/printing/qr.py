"""An address as a QR code."""

from __future__ import annotations

import io

import segno

from server.http.errors import InvalidQuery


def qr_code(address: str) -> str:
    """The address as a QR code in SVG, with its quiet zone."""
    file = io.BytesIO()
    try:
        code = segno.make_qr(address, error="m", boost_error=False)
    except segno.DataOverflowError:
        fault = f"has {len(address)} characters"
        raise InvalidQuery("the address", fault, "as few as a QR code holds") from None
    code.save(file, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return file.getvalue().decode()
