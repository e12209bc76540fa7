"""What a container of Python runs: loads what tools use, warms up, says that it is ready, serves one run and ends."""

import json
import os
import platform
import re
import sys
import tempfile
import time

started = time.monotonic()
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import sklearn  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402

from entry import carry_out, dump  # noqa: E402


class Emit:
    """Frames on descriptor 3; standard output is the log."""

    def __init__(self, output):
        self._output = output

    def _send(self, header, body=b""):
        self._output.write(dump(header) + b"\n" + body)
        self._output.flush()

    def line(self, line):
        self._send(line)

    def blob(self, blob, role, name, media, content):
        header = {"t": "blob", "id": blob, "role": role, "name": name, "media": media, "bytes": len(content)}
        self._send(header, content)

    def result(self, content):
        self._send({"t": "result", "bytes": len(content)}, content)
        self._send({"t": "done"})


def serve(read, emit):
    """Takes the job, the tool's files and the data; an end before `go` means that nobody needs this one."""
    job, code, data = None, {}, {}
    while True:
        line = read.readline()
        if not line:
            return
        header = json.loads(line)
        body = read.read(header["bytes"]) if "bytes" in header else b""
        if header["t"] == "run":
            job = json.loads(body)
        elif header["t"] == "code":
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", header["name"]):
                raise ValueError("a file of the tool has no valid name")
            code[header["name"]] = body
        elif header["t"] == "input":
            data[header["slot"]] = body
        elif header["t"] == "go":
            with tempfile.TemporaryDirectory() as folder:
                carry_out(job, code, data, emit, folder)
            return


RandomForestClassifier(n_estimators=2, random_state=1).fit(np.eye(4), [0, 1, 0, 1])
emit = Emit(os.fdopen(3, "wb"))
libs = {"numpy": np.__version__, "pandas": pd.__version__, "scikit-learn": sklearn.__version__}
ready = {"t": "ready", "protocol": "run/1", "runtime": f"Python {platform.python_version()}", "libs": libs}
emit.line({**ready, "warm_ms": (time.monotonic() - started) * 1000})
serve(sys.stdin.buffer, emit)
