"""Reads an Arrow IPC stream into numpy arrays.

Only what the appliance writes: uncompressed, no dictionaries; utf8, int32, int64, float32, float64, bool, date32,
timestamp in microseconds. Layout: https://arrow.apache.org/docs/format/Columnar.html (metadata in flatbuffers; the
numbers below are places in its tables as Message.fbs and Schema.fbs number them).
"""

from __future__ import annotations

import flatbuffers
import numpy as np
from flatbuffers import number_types as N

_CONTINUATION = 0xFFFFFFFF
_SCHEMA, _RECORD_BATCH = 1, 3
_INT, _FLOAT, _UTF8, _BOOL, _DATE, _TIMESTAMP = 2, 3, 5, 6, 8, 10


class _Table:
    """One flatbuffers table, its fields asked for by number."""

    def __init__(self, buffer: bytes, position: int):
        self._table = flatbuffers.table.Table(buffer, position)

    @staticmethod
    def root(buffer: bytes) -> "_Table":
        return _Table(buffer, flatbuffers.encode.Get(flatbuffers.packer.uoffset, buffer, 0))

    def _at(self, field: int) -> int:
        return self._table.Offset(4 + 2 * field)

    def number(self, field: int, kind, default=0):
        at = self._at(field)
        return self._table.Get(kind, at + self._table.Pos) if at else default

    def text(self, field: int) -> str:
        at = self._at(field)
        return self._table.String(at + self._table.Pos).decode("utf8") if at else ""

    def table(self, field: int) -> "_Table":
        at = self._at(field)
        return _Table(self._table.Bytes, self._table.Indirect(at + self._table.Pos))

    def tables(self, field: int) -> list["_Table"]:
        at = self._at(field)
        start = self._table.Vector(at)
        return [
            _Table(self._table.Bytes, self._table.Indirect(start + 4 * i)) for i in range(self._table.VectorLen(at))
        ]

    def pairs(self, field: int) -> np.ndarray:
        """A vector of structs of two int64."""
        at = self._at(field)
        if not at:
            return np.zeros((0, 2), dtype="<i8")
        start, length = self._table.Vector(at), self._table.VectorLen(at)
        return np.frombuffer(self._table.Bytes, "<i8", 2 * length, start).reshape(length, 2)


def _field(field: _Table) -> tuple[str, str]:
    """Name and kind of a column."""
    kind = field.number(2, N.Uint8Flags)
    if kind == _UTF8:
        return field.text(0), "text"
    if kind == _BOOL:
        return field.text(0), "bool"
    of = field.table(3)
    if kind == _INT:
        return field.text(0), f"<i{of.number(0, N.Int32Flags) // 8}"
    if kind == _FLOAT:
        return field.text(0), {1: "<f4", 2: "<f8"}[of.number(0, N.Int16Flags)]
    if kind == _DATE:
        return field.text(0), "date"
    if kind == _TIMESTAMP:
        return field.text(0), "timestamp"
    raise ValueError(f"column {field.text(0)!r} has the Arrow type {kind}, which is not read here")


def _bits(buffer: memoryview, length: int) -> np.ndarray:
    return np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")[:length].astype(bool)


def _texts(offsets: np.ndarray, content: memoryview, valid: np.ndarray) -> np.ndarray:
    whole = bytes(content)
    out = np.empty(len(valid), dtype=object)
    bounds = offsets.tolist()
    for i, there in enumerate(valid.tolist()):
        if there:
            out[i] = whole[bounds[i] : bounds[i + 1]].decode("utf8")
    return out


def _column(kind: str, length: int, nulls: int, take) -> tuple[np.ndarray, np.ndarray]:
    """Values and what is there of them; `take` gives the next buffer of the batch."""
    validity = take()
    valid = _bits(validity, length) if nulls else np.ones(length, dtype=bool)
    if kind == "text":
        offsets = np.frombuffer(take(), "<i4")[: length + 1] if length else np.zeros(1, "<i4")
        return _texts(offsets, take(), valid), valid
    if kind == "bool":
        return _bits(take(), length), valid
    stored = {"date": "<i4", "timestamp": "<i8"}.get(kind, kind)
    values = np.frombuffer(take(), stored)[:length]
    if kind == "date":
        values = values.astype("datetime64[D]")
    if kind == "timestamp":
        values = values.view("datetime64[us]")
    return values, valid


def read_stream(stream: bytes) -> tuple[list[str], list[np.ndarray], list[np.ndarray]]:
    """Names, values and validity of the columns of a stream. What is not valid holds any value."""
    view = memoryview(stream)
    fields: list[tuple[str, str]] = []
    batches: list[list[tuple[np.ndarray, np.ndarray]]] = []
    at = 0
    while at + 8 <= len(view):
        marker, size = np.frombuffer(view, "<u4", 2, at).tolist()
        if marker != _CONTINUATION or size == 0:
            break
        message = _Table.root(bytes(view[at + 8 : at + 8 + size]))
        at += 8 + size
        body = message.number(3, N.Int64Flags)
        kind = message.number(1, N.Uint8Flags)
        if kind == _SCHEMA:
            fields = [_field(field) for field in message.table(2).tables(1)]
        elif kind == _RECORD_BATCH:
            batches.append(_batch(message.table(2), fields, view[at : at + body]))
        else:
            raise ValueError(f"an Arrow message of kind {kind} is not read here")
        at += body
    names = [name for name, _ in fields]
    empty = [_column(kind, 0, 0, lambda: memoryview(b"")) for _, kind in fields]
    parts = [[batch[i] for batch in batches] or [empty[i]] for i in range(len(fields))]
    values = [np.concatenate([value for value, _ in part]) for part in parts]
    valid = [np.concatenate([there for _, there in part]) for part in parts]
    return names, values, valid


def _batch(batch: _Table, fields: list[tuple[str, str]], body: memoryview) -> list[tuple[np.ndarray, np.ndarray]]:
    nodes, buffers = batch.pairs(1), iter(batch.pairs(2).tolist())

    def take() -> memoryview:
        offset, length = next(buffers)
        return body[offset : offset + length]

    return [_column(kind, int(nodes[i][0]), int(nodes[i][1]), take) for i, (_, kind) in enumerate(fields)]
