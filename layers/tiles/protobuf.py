"""The few things of protobuf's wire format that a vector tile needs, for many numbers at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from layers.geometry.parts import Integers

VARINT, LENGTH_DELIMITED = 0, 2
OF_ONE_BYTE = [bytes([value]) for value in range(0x80)]


def number(field: int, value: int) -> bytes:
    """A field with an unsigned whole number."""
    return varint(field << 3 | VARINT) + varint(value)


def length_delimited(field: int, content: bytes) -> bytes:
    """A field with bytes: a string, a message or packed numbers."""
    return varint(field << 3 | LENGTH_DELIMITED) + varint(len(content)) + content


def varint(value: int) -> bytes:
    """An unsigned number, seven bits a byte, the lowest first."""
    if value < len(OF_ONE_BYTE):
        return OF_ONE_BYTE[value]
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def zigzag(values: Integers) -> Integers:
    """Signed numbers as unsigned ones, small for small: 0, -1, 1, -2 …"""
    return (values << 1) ^ (values >> 63)


def split_varints(values: Integers, starts: Integers) -> list[bytes]:
    """Unsigned numbers below 2^35, those from each start up to the next as bytes of their own."""
    encoded, ends = _encoded(values)
    content = encoded.tobytes()
    return [content[start:end] for start, end in pairwise(ends[starts].tolist())]


def _encoded(values: Integers) -> tuple[npt.NDArray[np.uint8], Integers]:
    """The bytes, and where each number begins, with the end."""
    size = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        size += values >= 1 << bits
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(size)])
    encoded = np.empty(starts[-1], dtype=np.uint8)
    for byte in range(int(size.max(initial=0))):
        longer = size > byte
        more = np.where(size[longer] > byte + 1, 0x80, 0)
        encoded[starts[:-1][longer] + byte] = (values[longer] >> 7 * byte) & 0x7F | more
    return encoded, starts
