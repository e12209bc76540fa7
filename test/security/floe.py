#!/usr/bin/env python3
"""FLOE, written from its public specification (C2SP FLOE.md) and without Assay's code, to read and write what Assay does.

    header   AEAD id 0 | KDF id 0 | segment length (4) | IV length 32 (4) | IV (32) | header tag (32)
    segment  0xffffffff, or in the last one its own length (4) | nonce (12) | ciphertext | tag (16)

AES-256-GCM, HKDF-Expand-SHA-384. As a program it does many cases in one process: each line of its input is JSON
{"do": "encrypt" | "decrypt", "key": hex, "aad": hex, "segment": length, "rotation": bits, "from": file, "to": file}, and
each line of its output "ok" or "refused: REASON".
"""
import hmac
import json
import os
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

IV, HEADER_TAG, MESSAGE_KEY, DATA_KEY, NONCE, TAG = 32, 32, 48, 32, 12, 16
OVERHEAD = 4 + NONCE + TAG
NOT_LAST = 0xFFFFFFFF


class Refused(Exception):
    pass


class Message:
    """One object: what its key, header and AAD give."""

    def __init__(self, key, aad, segment, iv, rotation):
        self.prefix, self.aad, self.rotation = struct.pack(">BBII", 0, 0, segment, IV) + iv, aad, rotation
        self.tag = self.derive(key, b"HEADER_TAG:", HEADER_TAG)
        self.key = self.derive(key, b"MESSAGE_KEY:", MESSAGE_KEY)

    def derive(self, key, purpose, length):
        return HKDFExpand(algorithm=SHA384(), length=length, info=self.prefix + purpose + self.aad).derive(key)

    def cipher(self, position):
        """The data key changes every 2^rotation segments."""
        epoch = position >> self.rotation << self.rotation
        return AESGCM(self.derive(self.key, b"DEK:" + struct.pack(">Q", epoch), DATA_KEY))


def encrypt(key, aad, plain, segment, rotation=20):
    message = Message(key, aad, segment, os.urandom(IV), rotation)
    room = segment - OVERHEAD
    count = max(1, -(-len(plain) // room))
    parts = [message.prefix, message.tag]
    for position in range(count):
        piece, last = plain[position * room:(position + 1) * room], position == count - 1
        nonce = os.urandom(NONCE)
        sealed = message.cipher(position).encrypt(nonce, piece, struct.pack(">QB", position, last))
        parts += [struct.pack(">I", len(piece) + OVERHEAD if last else NOT_LAST), nonce, sealed]
    return b"".join(parts)


def decrypt(key, aad, sealed, segment, rotation=20):
    start = 10 + IV + HEADER_TAG
    if len(sealed) < start + OVERHEAD:
        raise Refused("too short")
    message = Message(key, aad, segment, sealed[10:10 + IV], rotation)
    if sealed[:10 + IV] != message.prefix or not hmac.compare_digest(sealed[10 + IV:start], message.tag):
        raise Refused("the header is not of this key, AAD and segment length")
    parts, position, at = [], 0, start
    while True:
        piece, last = sealed[at:at + segment], at + segment >= len(sealed)
        if len(piece) < OVERHEAD or piece[:4] != struct.pack(">I", len(piece) if last else NOT_LAST):
            raise Refused(f"segment {position} was cut, extended or moved")
        try:
            aead = message.cipher(position)
            parts.append(aead.decrypt(piece[4:4 + NONCE], piece[4 + NONCE:], struct.pack(">QB", position, last)))
        except InvalidTag:
            raise Refused(f"segment {position} does not authenticate") from None
        if last:
            return b"".join(parts)
        position, at = position + 1, at + segment


def main():
    for line in sys.stdin:
        case = json.loads(line)
        work = {"encrypt": encrypt, "decrypt": decrypt}[case["do"]]
        with open(case["from"], "rb") as file:
            data = file.read()
        try:
            result = work(bytes.fromhex(case["key"]), bytes.fromhex(case["aad"]), data, case["segment"], case["rotation"])
        except Refused as reason:
            print(f"refused: {reason}")
            continue
        with open(case["to"], "wb") as file:
            file.write(result)
        print("ok")


if __name__ == "__main__":
    main()
