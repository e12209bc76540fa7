"""Entry of a Python run: hands a tool its data and turns what it returns into frames, as entry.R does for R.

A tool's `main.py` defines `run(data, params, context)`; `data` is a pandas DataFrame
(with several inputs a dict of them by slot), what it returns a dict with
`values`, `summary`, `method`, and any of `tables`, `figures`, `assumptions`, `dropped`, `code`.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from arrow import read_stream


class Refusal(Exception):
    """A tool's own no."""

    def __init__(self, code, message, kind="data", where=None, hint=None):
        super().__init__(message)
        self.line = {"t": "error", "class": kind, "code": code, "message": message[:2000]}
        if where:
            self.line["where"] = {key: value[:300] if isinstance(value, str) else value for key, value in where.items()}
        if hint:
            self.line["hint"] = hint[:500]


def only(by_slot):
    """What a tool with one input is given: that one itself; with several, all of them by slot."""
    return next(iter(by_slot.values())) if len(by_slot) == 1 else by_slot


class Context:
    """What a tool is given to speak with."""

    def __init__(self, job, emit):
        self.tool = job["tool"]
        self.seed = job["seed"]
        schemas = {each["slot"]: each["schema"]["columns"] for each in job["inputs"]}
        self.schema = only(schemas)
        self.warnings: list[dict] = []
        self._emit = emit
        self._said = -math.inf

    def progress(self, fraction, note=None, stage="run"):
        # Nobody reads faster, and a tool that reports every step of a loop is to be no slower for it.
        now = time.monotonic()
        if now - self._said < 0.05:
            return
        self._said = now
        line = {"t": "progress", "stage": stage, "fraction": min(1, max(0, fraction))}
        self._emit.line({**line, "note": note[:300]} if note else line)

    def warn(self, code, message, severity="caution"):
        self.warnings.append({"code": code, "message": message[:1000], "severity": severity})

    def refuse(self, code, message, kind="data", where=None, hint=None):
        raise Refusal(code, message, kind, where, hint)


def plain(value, path="", found=None):
    """The value as JSON has it; what JSON cannot say becomes None and an entry in `found`."""
    if isinstance(value, dict):
        return {str(key): plain(each, f"{path}/{_step(key)}", found) for key, each in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Series)):
        return [plain(each, f"{path}/{i}", found) for i, each in enumerate(value)]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        if math.isfinite(value):
            return float(value)
        if found is not None:
            found.append({"path": path, "value": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"})
        return None
    return str(value)


def _step(key):
    return str(key).replace("~", "~0").replace("/", "~1")


def dump(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf8", "replace")


def to_frame(stream: bytes, schema) -> pd.DataFrame:
    """The columns as the schema has them; a missing value is NaN, NaT or None."""
    _, values, valid = read_stream(stream)
    columns = {}
    for at, column in enumerate(schema):
        value, there = values[at], valid[at]
        if column["type"] in ("number", "integer") and not (column["type"] == "integer" and there.all()):
            value = np.where(there, value.astype("float64"), np.nan)
        elif column["type"] in ("date", "timestamp"):
            value = np.where(there, value, np.datetime64("NaT"))
        elif column["type"] == "boolean" and not there.all():
            value = np.where(there, value, None)
        columns[at] = pd.Series(value, dtype=object if column["type"] == "text" else None)
    frame = pd.DataFrame(columns)
    frame.columns = pd.Index([column["name"] for column in schema], dtype=object)
    return frame


def _table(table) -> bytes:
    data, titles, types = table["data"], table.get("titles", {}), table.get("types", {})

    def kind(name):
        if name in types:
            return types[name]
        dtype = data[name].dtype
        if dtype == bool:
            return "boolean"
        if np.issubdtype(dtype, np.integer):
            return "integer"
        return "number" if np.issubdtype(dtype, np.floating) else "text"

    columns = [{"name": name, "title": titles.get(name, name), "type": kind(name)} for name in data.columns]
    return dump({"columns": columns, "rows": [plain(list(row)) for row in data.itertuples(index=False, name=None)]})


def send(result, context, emit):
    """What a tool returned, as blobs and one result."""
    references = {"tables": [], "figures": []}
    for entry in result.get("tables", []):
        blob = f"table-{entry['name']}"
        emit.blob(blob, "table", entry["name"], "application/vnd.assay.table+json", _table(entry))
        references["tables"].append({"name": entry["name"], "title": entry["title"], "blob": blob})
    for entry in result.get("figures", []):
        blob = f"figure-{entry['name']}"
        emit.blob(blob, "figure", entry["name"], "application/vnd.vegalite.v6+json", dump(plain(entry["spec"])))
        named = {"name": entry["name"], "title": entry["title"], "alt": entry["alt"], "blob": blob}
        references["figures"].append(named)
    found: list[dict] = []
    document = {
        "values": plain(result.get("values", {}), "", found),
        "summary": list(result["summary"]),
        "method": plain(result["method"]),
        "assumptions": plain(result.get("assumptions", [])),
        "warnings": context.warnings,
        "dropped": plain(result.get("dropped", [])),
        "nonfinite": found,
        **references,
        "artifacts": [],
    }
    if result.get("code"):
        document["code"] = {"language": "Python", "text": result["code"]}
    emit.result(dump(document))


def carry_out(job, code, data, emit, folder):
    """One run: the tool's files are modules beside each other, `main.py` the one that is asked."""
    for name, content in code.items():
        Path(folder, name).write_bytes(content)
    sys.path.insert(0, folder)
    np.random.seed(job["seed"] % 2**32)
    context = Context(job, emit)
    try:
        schemas = {each["slot"]: each["schema"]["columns"] for each in job["inputs"]}
        frames = {slot: to_frame(data[slot], schema) for slot, schema in schemas.items()}
        emit.line({"t": "begun"})
        module = __import__(Path(job["program"]).stem)
        send(module.run(only(frames), job["params"], context), context, emit)
    except Refusal as refusal:
        emit.line(refusal.line)
    except MemoryError:
        emit.line({"t": "error", "class": "resource", "code": "OOM", "message": "Python ran out of memory"})
    except Exception as error:  # whatever a tool does wrong is told in the protocol, with its trace in the log alone
        import traceback

        traceback.print_exc()
        message = f"{type(error).__name__}: {error}"[:2000]
        emit.line({"t": "error", "class": "internal", "code": "PYTHON_ERROR", "message": message})
