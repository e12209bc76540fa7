#!/usr/bin/env python3
"""Verifies an export of an Assay audit log without any of Assay's code.

    verify_audit.py EXPORT --log-key VKEY --leaf-key VKEY [--checkpoint FILE]...

Needs Python 3.9 or newer and python3-cryptography. Formats: docs/security/audit-log.md. Prints "ok: N records, all
of workspace W shown" (exit code 0) or "bad: record INDEX: REASON" (1), where INDEX is the first record that is not shown to be genuine. Exit code 2:
a key, a file or a checkpoint kept outside cannot be used, which says nothing about the export.
"""
import argparse
import base64
import hashlib
import hmac
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MAX_LINE, MAX_DEPTH, MAX_INTEGER = 1048576, 32, 2**53 - 1
NAME = r"[^\s\x00-\x1f\x7f-\x9f+]+"


class Bad(Exception):
    def __init__(self, index, reason):
        super().__init__(f"record {index}: {reason}")


def b64(text, length=None):
    """Standard base64, written the one right way."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text or (length is not None and len(data) != length):
        raise ValueError("not base64 of the right length")
    return data


# --- strict JSON: no name twice, integers only, names in ASCII, at most 32 levels -------------------------------------

def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or not all(re.fullmatch("[ -~]*", name) for name in names):
        raise ValueError("a name twice, or not in ASCII")
    return dict(pairs)


def integer(digits):
    if abs(int(digits)) > MAX_INTEGER:
        raise ValueError("an integer beyond 2^53-1")
    return int(digits)


def refuse(text):
    raise ValueError(f"{text} is not an integer")


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def canonical(value):
    """RFC 8785, which for such values is: names sorted, no white space, no needless escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def strict_json(line):
    """The value of a line; None where it is not strict JSON."""
    try:
        if len(line.rstrip(b"\n")) > MAX_LINE:
            return None
        value = json.loads(line.decode("utf-8"), object_pairs_hook=unique, parse_int=integer,
                           parse_float=refuse, parse_constant=refuse)
        canonical(value)  # fails on half a surrogate pair
        return value if depth(value) <= MAX_DEPTH else None
    except (ValueError, RecursionError):
        return None


# --- signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) --------------------------------------------------

class VerifierKey:
    def __init__(self, text):
        match = re.fullmatch(rf"({NAME})\+([0-9a-f]{{8}})\+(.+)", text)
        if not match:
            raise ValueError("a verifier key is NAME+ID+BASE64")
        self.name, key_id, data = match[1], match[2], b64(match[3], 33)
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if data[0] != 1 or self.id.hex() != key_id:
            raise ValueError("the verifier key is not Ed25519, or its ID does not belong to it")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])

    def verifies(self, signature, message):
        try:
            self.public.verify(signature, message)
            return True
        except InvalidSignature:
            return False


def open_checkpoint(note, key):
    """(origin, size, root) of a checkpoint that the key signed. ValueError if it is not."""
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    lines = lines.split("\n")
    if not separator or len(note) > 1000000 or lines.pop() != "" or not 1 <= len(lines) <= 100:
        raise ValueError("it is not a signed note")
    if re.search("[\x00-\x09\x0b-\x1f]", text):
        raise ValueError("it has control characters")
    known = 0
    for line in lines:
        match = re.fullmatch(rf"\u2014 ({NAME}) ([A-Za-z0-9+/]+={{0,2}})", line)
        data = b64(match[2]) if match else b""
        if len(data) <= 4:
            raise ValueError("a line after the text is not a signature")
        if (match[1], data[:4]) == (key.name, key.id):
            known += 1
            if not key.verifies(data[4:], text.encode("utf-8")):
                raise ValueError("its signature does not verify")
    if known == 0:
        raise ValueError("the log's key did not sign it")
    origin, size, root, *extensions = text[:-1].split("\n") + [""] * 3
    if "" in [origin] + extensions[:-3] or not re.fullmatch("0|[1-9][0-9]{0,15}", size) or int(size) > MAX_INTEGER:
        raise ValueError("it is not a checkpoint")
    return origin, int(size), b64(root, 32)


# --- the Merkle tree (RFC 6962): SHA-256(0x00 | leaf), SHA-256(0x01 | left | right) ------------------------------------

class Tree:
    def __init__(self):
        self.size, self.parts = 0, []  # parts: (leaves, hash) of complete subtrees, the largest first

    def push(self, leaf):
        self.size += 1
        part = (1, leaf)
        while self.parts and self.parts[-1][0] == part[0]:
            leaves, left = self.parts.pop()
            part = (2 * leaves, hashlib.sha256(b"\x01" + left + part[1]).digest())
        self.parts.append(part)

    def root(self):
        if not self.parts:
            return hashlib.sha256(b"").digest()
        right = self.parts[-1][1]
        for _, left in self.parts[-2::-1]:
            right = hashlib.sha256(b"\x01" + left + right).digest()
        return right


# --- the export --------------------------------------------------------------------------------------------------------

def is_count(value):
    return type(value) is int and value >= 0


HEADER = {"format", "origin", "size", "reader", "tagKey", "signature", "behind"}
LEAF = {"index", "hash", "tag", "genuine", "signature"}


def one_line(value):
    return isinstance(value, str) and re.fullmatch("[^\x00-\x1f\x7f-\x9f]+", value)


def check_leaf(leaf, at, origin, tag_key, key):
    if set(leaf) - {"record", "fault"} != LEAF or type(leaf["index"]) is not int or type(leaf["genuine"]) is not bool:
        raise Bad(at, "the line is neither a record nor a checkpoint of this format")
    if not isinstance(leaf.get("fault", ""), str):
        raise Bad(at, "its fault is not a text")
    if not isinstance(leaf.get("record", {}), dict):
        raise Bad(at, "its record is not an object")
    try:
        digest, tag, signature = b64(leaf["hash"], 32), b64(leaf["tag"], 32), b64(leaf["signature"], 64)
    except (ValueError, AttributeError, TypeError):
        raise Bad(at, "its hash, tag or signature is not base64 of the right length") from None
    if leaf["index"] != at:
        raise Bad(at, f"record {leaf['index']} stands in its place")
    if "fault" in leaf:
        raise Bad(at, leaf["fault"])
    if "record" in leaf and hashlib.sha256(b"\x00" + canonical(leaf["record"])).digest() != digest:
        raise Bad(at, "its hash does not belong to its content")
    said = "genuine" if leaf["genuine"] else "forged"
    signed = f"assay/audit-leaf/v1\n{origin}\n{at}\n{leaf['hash']}\n{leaf['tag']}\n{said}\n"
    if not key.verifies(signature, signed.encode("utf-8")):
        raise Bad(at, "its signature does not verify")
    own = hmac.digest(tag_key, f"{origin}\n{at}\n".encode("utf-8"), "sha256") == tag
    if own and "record" not in leaf:
        raise Bad(at, "it is one of the workspace, and is not shown")
    if own and not leaf["genuine"]:
        raise Bad(at, "its MAC did not fit when it was put into the tree")
    if not own and "record" in leaf:
        raise Bad(at, "it is not one of the workspace")
    return digest


def verify_export(lines, log_key, leaf_key, kept):
    """The number of records and whose are shown; raises Bad. kept: (origin, size, root) of checkpoints kept outside."""
    header = strict_json(next(lines, b""))
    if not isinstance(header, dict) or set(header) != HEADER or header["format"] != "assay-audit/1":
        raise Bad(0, "the first line is not the header of an assay-audit/1 export")
    origin, size, reader, behind = header["origin"], header["size"], header["reader"], header["behind"]
    if not one_line(origin) or not one_line(reader) or not is_count(size) or not is_count(behind):
        raise Bad(0, "the header is not that of an assay-audit/1 export")
    if any(origin != name for name, _, _ in kept):
        raise Bad(0, "the header or a checkpoint kept outside is of another log")
    try:
        tag_key, signature = b64(header["tagKey"], 32), b64(header["signature"], 64)
    except (ValueError, AttributeError, TypeError):
        raise Bad(0, "tag key or signature of the header is not base64 of the right length") from None
    signed = f"assay/audit-reader/v1\n{origin}\n{reader}\n{header['tagKey']}\n"
    if not leaf_key.verifies(signature, signed.encode("utf-8")):
        raise Bad(0, "the signature of the header does not verify")
    kept, tree, proven, closed = sorted(kept, key=lambda one: one[1]), Tree(), 0, False

    def require_all():
        if tree.size < size:
            raise Bad(tree.size, f"it is missing: the header states {size} records")
        if kept:
            raise Bad(tree.size, f"it is missing: a checkpoint kept outside covers {kept[0][1]} records")

    while True:
        while kept and kept[0][1] == tree.size:
            if kept.pop(0)[2] != tree.root():
                raise Bad(proven, f"it or one after it was replaced: see the checkpoint kept of {tree.size} records")
            proven = tree.size
        line = next(lines, None)
        if line is None:
            break
        value = strict_json(line)
        if closed:
            raise Bad(tree.size, "there is text after the checkpoint")
        if not isinstance(value, dict):
            raise Bad(tree.size, "the line is not strict JSON")
        if set(value) == {"checkpoint"} and isinstance(value["checkpoint"], str):
            require_all()
            try:
                name, covered, root = open_checkpoint(value["checkpoint"], log_key)
            except ValueError as error:
                raise Bad(proven, f"the checkpoint at the end proves nothing: {error}") from None
            if name != origin:
                raise Bad(proven, "the checkpoint at the end is of another log")
            if covered != size:
                raise Bad(min(covered, size), f"the checkpoint at the end covers {covered} records, not {size}")
            if root != tree.root():
                raise Bad(proven, "it or one after it was replaced: see the checkpoint at the end")
            proven, closed = size, True
        elif tree.size == size and set(value) - {"record", "fault"} == LEAF:
            raise Bad(size, "it is one more than the header states")
        else:
            tree.push(check_leaf(value, tree.size, origin, tag_key, leaf_key))
    require_all()
    if not closed:
        raise Bad(proven, "no checkpoint stands at the end")
    if behind > 0:
        raise Bad(size, f"{behind} records of the workspace wait too long for a signed head")
    return size, reader


def main(arguments):
    parser = argparse.ArgumentParser(description="Verifies an export of an Assay audit log.")
    parser.add_argument("export")
    parser.add_argument("--log-key", required=True, help="verifier key of the log: NAME+ID+BASE64")
    parser.add_argument("--leaf-key", required=True, help="verifier key of the leaves")
    parser.add_argument("--checkpoint", action="append", default=[], help="a checkpoint kept outside earlier")
    options = parser.parse_args(arguments)
    try:
        log_key, leaf_key = VerifierKey(options.log_key), VerifierKey(options.leaf_key)
        kept = []
        for path in options.checkpoint:
            with open(path, encoding="utf-8", newline="") as file:
                kept.append(open_checkpoint(file.read(1000001), log_key))
        with open(options.export, "rb") as file:
            lines = iter(lambda: file.readline(MAX_LINE + 2), b"")
            print("ok: %d records, all of workspace %s shown" % verify_export(lines, log_key, leaf_key, kept))
        return 0
    except Bad as bad:
        print(f"bad: {bad}")
        return 1
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
