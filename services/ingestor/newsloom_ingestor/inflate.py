"""The chunks of a response body → its bytes, however it was compressed, never more than asked for."""

import zlib
from collections.abc import Iterable
from typing import Final

WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47, "": 0, "identity": 0}  # zlib's wbits; 47 finds the header itself


class BodyError(ValueError):
    """The body is too large, cut off, or not compressed as it says."""


def inflate(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the whole decoded body, or raise BodyError as soon as it passes ``limit`` bytes or breaks off.

    A gzip bomb costs ``limit`` bytes of memory, not what it would unfold to.
    """
    name = encoding.strip().lower()
    if name not in WINDOWS:
        raise BodyError(f"content encoding {name!r} was not asked for")
    return _unpacked(chunks, WINDOWS[name], limit) if WINDOWS[name] else _plain(chunks, limit)


def _plain(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        _check(body, limit)
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], window: int, limit: int) -> bytes:
    body, unpacker, started = bytearray(), zlib.decompressobj(window), False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpacker.eof:  # gzip may consist of several members
                unpacker = zlib.decompressobj(window)
            started = True
            try:
                body += unpacker.decompress(rest, limit + 1 - len(body))
            except zlib.error as error:
                raise BodyError(f"not what its content encoding says: {error}") from error
            _check(body, limit)
            rest = unpacker.unconsumed_tail or unpacker.unused_data
    if started and not unpacker.eof:
        raise BodyError("the compressed body breaks off")
    return bytes(body)


def _check(body: bytearray, limit: int) -> None:
    if len(body) > limit:
        raise BodyError(f"larger than {limit} bytes")
