"""Captures (.pcap) of UDP over Ethernet: headers for whole arrays of datagrams of one length.

Source: the libpcap file format; RFC 768, 791. Addresses are of this machine's loopback block; UDP checksums are left out, as
RFC 768 allows.
"""

import struct

import numpy as np

ETHERNET = bytes(12) + b"\x08\x00"
ADDRESS = bytes((127, 0, 0, 1))
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
OVERHEAD = 16 + 14 + 20 + 8


def frames(t_unix: np.ndarray, payload: np.ndarray, port: int) -> bytes:
    """Records of datagrams payload (n, size) sent at t_unix (n,) [s]."""
    n, size = payload.shape
    out = np.zeros((n, OVERHEAD + size), np.uint8)
    micros = np.round(t_unix * 1e6).astype(np.int64)
    head = np.empty((n, 4), "<u4")
    head[:, 0], head[:, 1] = micros // 1_000_000, micros % 1_000_000
    head[:, 2] = head[:, 3] = OVERHEAD - 16 + size
    out[:, :16] = head.view(np.uint8).reshape(n, 16)
    out[:, 16:OVERHEAD] = np.frombuffer(
        ETHERNET + _internet(20 + 8 + size) + struct.pack(">4H", port, port, 8 + size, 0), np.uint8
    )
    out[:, OVERHEAD:] = payload
    return out.tobytes()


def _internet(length: int) -> bytes:
    """An IPv4 header for UDP, with its checksum."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, 0, 0x4000, 64, 17, 0, ADDRESS, ADDRESS)
    total = sum(struct.unpack(">10H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:]
