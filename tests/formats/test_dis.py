"""DIS PDUs against captures of others, Wireshark's dissector, and a socket that listens."""

import csv
import socket
import struct
import threading

import numpy as np
import pytest

from skyreach import api
from skyreach.errors import BadInput
from skyreach.formats import dis, dis_live
from skyreach.formats import dis_pdus as p
from skyreach.formats.reader import Feed


def expected(shared_data):
    with (shared_data / "dis" / "expected.csv").open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def ids(row):
    return f"{row['site']}.{row['application']}.{row['entity']}"


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("dis_EntityStatePdu-26.raw", p.STATE),
        ("dis7_EntityStatePdu-articulated_parts.raw", p.STATE),
        ("dis7_FirePdu_MunitionDescriptor.raw", p.SHOT),
        ("dis7_DetonationPdu_Descriptors_VariableParameters.raw", p.BURST),
        ("dis_IFF_ATC_NAVAIDS_PDU.raw", p.ANSWER),
    ],
)
def test_layouts_read_the_captures_of_others(name, layout, shared_data):
    raw = (shared_data / "dis" / name).read_bytes()
    row = np.frombuffer(raw[: layout.itemsize], layout)[0]
    want = expected(shared_data)[name]
    assert (row["version"], row["type"], row["length"]) == (int(want["protocol_version"]), int(want["pdu_type"]), len(raw))
    assert row["timestamp"] == int(want["timestamp_u32"])
    first = "id" if layout in (p.STATE, p.ANSWER) else "firing"
    assert ids(row[first]) == want["first_id_site_app_entity"]
    if want["second_id_site_app_entity"]:
        assert ids(row["target"]) == want["second_id_site_app_entity"]
    if want["location_x_m"]:
        place = [float(want[f"location_{axis}_m"]) for axis in "xyz"]
        assert row["location"].tolist() == pytest.approx(place, abs=1e-3)
    if layout is p.STATE:
        assert row["marking"].rstrip(b"\0 ").decode() == want["marking"]
        assert row["force"] == int(want["force"])
        assert ".".join(str(v) for v in row["entity_type"].tolist()) == want["entity_type"]


def test_sizes_are_those_of_the_standard():
    """IEEE 1278.1-2012: 1152 bits of entity state, 768 fire, 832 detonation, 480 IFF layer 1, without variable parts."""
    assert [layout.itemsize for layout in (p.STATE, p.SHOT, p.BURST, p.ANSWER)] == [144, 96, 104, 60]


def test_emission_of_others_has_our_lengths(shared_data):
    """The captured emission PDU: 12 header, 16 head, 20 for the system, 52 for one beam, and 8 for each target."""
    raw = (shared_data / "dis" / "dis_ElectromagneticEmissionPdu.raw").read_bytes()
    words, beams = raw[28], raw[29]
    ours = p.emission(1, 1, 1, 1, [p.EmitterBeam(1, 1e9, 0.0, 1.0, 0.0, 1.0, 1)] * beams)
    assert len(ours) == len(raw)
    assert (ours[28], ours[29]) == (words, beams)


@pytest.mark.parametrize("beams", [0, 1, 2, 5])
@pytest.mark.parametrize("targets", [0, 3, 10, 11])
def test_emission_with_none_one_and_several_beams(beams, targets, tshark, tmp_path):
    from skyreach.formats import pcap

    found = [p.EmitterBeam(n + 1, 3e9 + n, 0.1 * n, 0.2, 0.3, 0.4, 5, tuple(range(1, targets + 1))) for n in range(beams)]
    pdu = p.emission(7, 42, 3, 1, found)
    file = tmp_path / "one.pcap"
    file.write_bytes(pcap.HEAD + pcap.frames(np.zeros(1), np.frombuffer(pdu, np.uint8)[None, :], 3000))
    assert not tshark(file, "_ws.malformed", "frame.number")
    ((kind, length, number, functions),) = tshark(
        file, "dis", "dis.pdu_type", "dis.pdu_length", "dis.electromagnetic.emission.num_beams", "dis.electromagnetic.emission.beam.function"
    )
    assert (int(kind), int(length), int(number)) == (23, len(pdu), beams)
    assert [int(v) for v in functions.split(",") if v] == [5] * beams


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 59.5, 1800.0, 3599.999999])
def test_time_stamps_are_fractions_of_the_hour(seconds):
    (stamp,) = p.timestamp(np.array([seconds]))
    assert int(stamp) & 1 == 1  # absolute
    assert (int(stamp) >> 1) * 3600.0 / 2**31 == pytest.approx(seconds, abs=3600.0 / 2**31)


def test_angles_turn_the_body_as_the_standard_has_it():
    """psi, theta, phi rotate world axes about z, y', x''; x looks ahead, z down. Against matrices of scipy."""
    from scipy.spatial.transform import Rotation

    dice = np.random.default_rng(5)
    pos, vel = 6.4e6 * dice.normal(size=(50, 3)), 300 * dice.normal(size=(50, 3))
    pos *= 6.4e6 / np.linalg.norm(pos, axis=1, keepdims=True)
    body = Rotation.from_euler("ZYX", dis.euler(pos, vel)).as_matrix()
    up = pos / np.linalg.norm(pos, axis=1, keepdims=True)
    ahead, right, down = body[:, :, 0], body[:, :, 1], body[:, :, 2]
    assert np.abs(ahead - vel / np.linalg.norm(vel, axis=1, keepdims=True)).max() < 1e-9
    assert np.abs((right * up).sum(axis=1)).max() < 1e-9  # wings level
    assert (down * up).sum(axis=1).max() < 0.0


def test_whole_run_by_wireshark(run, tshark, tmp_path):
    file, _ = api.export(run, "dis", tmp_path / "run.pcap")
    assert not tshark(file, "_ws.malformed", "frame.number")
    rows = tshark(file, "dis", "frame.time_epoch", "dis.pdu_type", "dis.pdu_length", "udp.length")
    times = [float(row[0]) for row in rows]
    assert times == sorted(times)
    assert all(int(length) == int(udp) - 8 for _, _, length, udp in rows)
    kinds = [int(row[1]) for row in rows]
    shots = run.shots.num_rows
    assert shots > 0
    assert kinds.count(2) == shots
    assert kinds.count(3) == sum(row["t_end_s"] == row["t_end_s"] for row in run.shots.to_pylist())
    beams = {int(row[0]) for row in tshark(file, "dis.pdu_type == 23", "dis.electromagnetic.emission.num_beams")}
    assert beams == {1, 2}  # in search, and with targets in track
    assert kinds.count(28) > 0
    assert kinds[0] == 22


def test_live_goes_to_loopback_in_the_pace_of_the_run(run, monkeypatch):
    """Every PDU of the capture arrives, byte for byte, none before its time."""
    waits = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(10)
        heard = []

        def listen():
            while len(heard) < 300:
                heard.append(ear.recv(65536))

        thread = threading.Thread(target=listen)
        thread.start()
        chunks = []
        for t, rows in dis.pdus(Feed(run)):
            chunks.append((t, rows))
            if sum(len(c[1]) for c in chunks) >= 300:
                break
        monkeypatch.setattr(dis_live, "pdus", lambda feed: iter(chunks))
        sent = dis_live.send(run, f"127.0.0.1:{ear.getsockname()[1]}", 1e6, waits.append)
        thread.join(20)
    assert sent >= 300
    wanted = [row.tobytes() for _, rows in chunks for row in rows][:300]
    assert heard[:300] == wanted


def test_pace_waits_for_the_time_of_the_run(run, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(dis_live.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(dis_live, "pdus", lambda feed: iter([(np.array([0.0, 4.0, 10.0]), np.zeros((3, 8), np.uint8))]))
    waits = []

    def wait(seconds):
        waits.append(seconds)
        clock[0] += seconds

    assert dis_live.send(run, "127.0.0.1:9", 2.0, wait) == 3
    assert waits == pytest.approx([2.0, 3.0], abs=1e-9)


@pytest.mark.parametrize("address", ["10.0.0.1:3000", "0.0.0.0:3000", "255.255.255.255:3000", "8.8.8.8:3000", "127.0.0.1", "127.0.0.1:0",
                                     "example.org:3000", "127.0.0.1:99999", "[::]:3000"])  # fmt: skip
def test_nothing_leaves_this_machine(address, run):
    with pytest.raises(BadInput, match="address"):
        dis_live.send(run, address)


def test_more_entities_than_an_application_names():
    rows = np.zeros(3, p.ENTITY_ID)
    p.identify(rows, np.array([p.MOST, p.MOST + 1, 0]))
    assert rows.tolist() == [(1, 1, 65534), (1, 2, 1), (0, 0, 0)]
    assert struct.unpack(">HHH", p.identity(5)) == (1, 1, 5)


def test_shots_and_bursts_are_those_of_the_run_by_wireshark(run, reference, tshark, tmp_path):
    """Who fired what at whom, when and from where, for every missile; where and how each ended; no PDU of another exercise."""
    import json

    file, side = api.export(run, "dis", tmp_path / "run.pcap")
    names = {str(e["entity"]): e["name"] for e in json.loads(side.read_text(encoding="utf-8"))["entities"]}
    shots = run.shots.to_pylist()
    start = float(tshark(file, "dis.pdu_type == 22", "frame.time_epoch")[0][0])
    place = [f"dis.fire.location.{axis}" for axis in "xyz"]
    fired = tshark(file, "dis.pdu_type == 2", "frame.time_epoch", "dis.entity_id_entity", "dis.event_number", *place)
    assert len(fired) == len(shots)
    for t, who, event, *at in fired:
        unit, target, missile = who.split(",")
        number = int(names[missile].rpartition("-")[2])
        shot = shots[number]
        assert event == missile
        assert names[unit] == shot["fire_unit"]
        assert names[target] == shot["target_name"]
        assert float(t) - start == pytest.approx(shot["t_launch_s"], abs=1e-5)
        assert np.linalg.norm(np.array(at, float) - reference.moved[names[missile]][1][0]) < 1000.0  # its first sample is a second on
    burst = tshark(file, "dis.pdu_type == 3", "dis.entity_id_entity", "dis.detonation.result", *(f"dis.detonation.location.{a}" for a in "xyz"))
    results = {}
    for who, result, *at in burst:
        name = names[who.split(",")[2]]
        results[int(name.rpartition("-")[2])] = result
        assert np.linalg.norm(np.array(at, float) - reference.moved[name][1][-1]) < 2500.0
    hits = {n for n, shot in enumerate(shots) if shot["outcome"] == "killed"}
    assert {n for n, result in results.items() if result == "1"} == hits
    assert {row[0] for row in tshark(file, "dis", "dis.exer_id")} == {"1"}
