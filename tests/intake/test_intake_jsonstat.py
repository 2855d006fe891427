import contextlib
import copy
import http.server
import json
import os
import shutil
import ssl
import subprocess
import threading
import time

import pytest

from analysis.core.faults import RawDataError
from analysis.intake import jsonstat
from analysis.intake.jsonstat import read_jsonstat, save_jsonstat

# The shape Statistics Norway's interface gives: dimensions, their codes in order, cells in the last dimension's order.
TABLE = {
    "version": "2.0",
    "class": "dataset",
    "label": "07459: Brukere",
    "updated": "2024-02-21T07:00:00Z",
    "id": ["Region", "Tid"],
    "size": [2, 3],
    "role": {"time": ["Tid"]},
    "dimension": {
        "Region": {"category": {"index": {"0301": 0, "1103": 1}, "label": {"0301": "Oslo", "1103": "Stavanger"}}},
        "Tid": {"category": {"index": {"2023K4": 0, "2024K1": 1, "2024K2": 2}, "label": {}}},
    },
    "value": [1, 2.5, None, 4, 5, 6],
    "status": {"2": ":"},
}


def read(tmp_path, document) -> object:
    (tmp_path / "tabell.json").write_text(document if isinstance(document, str) else json.dumps(document))
    return read_jsonstat(tmp_path / "tabell.json", tmp_path)


def changed(**changes) -> dict:
    return copy.deepcopy(TABLE) | changes


def test_cells_come_out_one_a_row_with_codes_as_text_periods_in_normal_form_and_status_kept(tmp_path):
    found = read(tmp_path, TABLE)
    assert found.rows[["Region", "period"]].to_numpy().tolist()[:4] == [
        ["0301", "2023Q4"],
        ["0301", "2024Q1"],
        ["0301", "2024Q2"],
        ["1103", "2023Q4"],
    ]
    assert found.rows["value"].fillna(-1).tolist() == [1, 2.5, -1, 4, 5, 6]
    assert found.rows["status"].tolist() == ["", "", ":", "", "", ""]
    assert found.labels["Region"]["0301"] == "Oslo"
    assert (found.title, found.updated) == ("07459: Brukere", "2024-02-21T07:00:00Z")


def test_sparse_values_and_statuses_of_every_form_are_understood(tmp_path):
    sparse = changed(value={"0": 1, "5": 6}, status=["", "e", "", "", "", "b"])
    found = read(tmp_path, sparse)
    assert found.rows["value"].notna().tolist() == [True, False, False, False, False, True]
    assert found.rows["status"].tolist() == ["", "e", "", "", "", "b"]
    assert set(read(tmp_path, changed(status="p")).rows["status"]) == {"p"}


def test_months_years_and_eurostats_spelling_are_periods_too(tmp_path):
    for codes, periods in (
        (["2023M11", "2023M12", "2024M01"], ["2023-11", "2023-12", "2024-01"]),
        (["2022", "2023", "2024"], ["2022", "2023", "2024"]),
        (["2023-Q4", "2024-Q1", "2024-Q2"], ["2023Q4", "2024Q1", "2024Q2"]),
    ):
        document = changed()
        document["dimension"]["Tid"]["category"]["index"] = codes
        assert read(tmp_path, document).rows["period"].tolist()[:3] == periods


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ("{", "format"),
        ("[1]", "format"),
        (changed(version="1.0"), "format"),
        (changed(**{"class": "collection"}), "format"),
        (changed(size=[2, 2]), "format"),
        (changed(value=[1, 2, 3]), "format"),
        (changed(value={"6": 1}), "format"),
        (changed(value=None), "format"),
        (changed(value=[1, "2", 3, 4, 5, 6]), "number"),
        (changed(value=[1, True, 3, 4, 5, 6]), "number"),
        (json.dumps(TABLE).replace("2.5", "NaN"), "finite"),
        (json.dumps(TABLE).replace("2.5", "1e999"), "number"),
        (json.dumps(TABLE).replace("2.5", "9" * 400), "number"),
        (json.dumps(TABLE).replace("2.5", "9" * 5000), "format"),
        (changed(size=[2.0, 3]), "format"),
        (json.dumps(TABLE).replace("2024K1", "2024K5"), "period"),
        (json.dumps(TABLE).replace("2024K1", "2024U13"), "period"),
        (changed(id=["Region", "Aar"]), "format"),
        (json.dumps(TABLE).replace('"Tid"', '"Bolge"').replace('"time"', '"x"'), "period"),
        (changed(size=[10**9, 3]), "format"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused_with_its_file(tmp_path, document, rule):
    with pytest.raises(RawDataError) as caught:
        read(tmp_path, document)
    assert (caught.value.faults[0].rule, caught.value.faults[0].file) == (rule, "tabell.json")


class _Interface(http.server.BaseHTTPRequestHandler):
    """What an interface may do: answer, lead on, trickle, flood, hang up, or send something else."""

    table = json.dumps(TABLE).encode()

    def do_GET(self):
        way = self.path.strip("/")
        if way.startswith("to-"):
            self.send_response(302)
            host = f"localhost:{self.server.server_port}/table"
            self.send_header("Location", {"to-http": f"http://{host}", "to-table": f"https://{host}"}[way])
            self.end_headers()
            return
        if way == "hang-up":
            self.wfile.write(b"no protocol\r\n\r\n")
            return
        self.send_response(404 if way == "nothing" else 200)
        self.end_headers()
        if way == "table":
            self.wfile.write(self.table)
        elif way == "page":
            self.wfile.write(b"<html></html>")
        while way in ("trickle", "flood") and not self.server.done.is_set():
            self.wfile.write(b" " * (1 if way == "trickle" else 1_000_000))
            self.server.done.wait(0.05 if way == "trickle" else 0)

    def handle(self):
        with contextlib.suppress(OSError):  # the caller had enough
            super().handle()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def interface(tmp_path_factory):
    """Return the address of an https server on this machine, which the tests' certificates vouch for."""
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "certificate.pem"]
    subprocess.run([*made, *named, *files], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Interface)
    server.daemon_threads, server.done = True, threading.Event()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))
        yield f"https://localhost:{server.server_port}"
    server.done.set()
    server.shutdown()
    server.server_close()


secure = pytest.mark.skipif(shutil.which("openssl") is None and not os.environ.get("CI"), reason="needs openssl")


@secure
@pytest.mark.parametrize("way", ["table", "to-table"])
def test_a_table_is_fetched_as_it_was_sent_also_where_one_https_address_leads_to_another(tmp_path, interface, way):
    saved = save_jsonstat(f"{interface}/{way}", tmp_path / "ny.json")
    assert saved.read_bytes() == _Interface.table
    assert len(read_jsonstat(saved, tmp_path).rows) == 6


@pytest.mark.parametrize("name", ["tall.csv", "tall.xlsx"])
def test_a_workbook_or_csv_is_sent_where_it_needs_no_turning(tmp_path, name):
    (tmp_path / name).write_text("measure,period,value\n")
    with pytest.raises(RawDataError, match=f"{name}: is a table already.*put it in data/raw/observations"):
        read_jsonstat(tmp_path / name, tmp_path)


@secure
@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("to-http", "is no https address"),
        ("nothing", "HTTP Error 404"),
        ("hang-up", "does not answer"),
        ("page", "is no JSON"),
        ("trickle", "is not done in 0.5 seconds"),
        ("flood", "sends more than 3,000,000 bytes"),
    ],
)
def test_what_an_address_must_not_do_is_refused_in_time_and_leaves_no_file(tmp_path, interface, monkeypatch, way, said):
    monkeypatch.setattr(jsonstat, "TOTAL", 0.5 if way == "trickle" else 20)
    monkeypatch.setattr(jsonstat, "SIZE_LIMIT", 3_000_000)
    start = time.monotonic()
    with pytest.raises(RawDataError, match=said) as caught:
        save_jsonstat(f"{interface}/{way}", tmp_path / "ny.json")
    assert time.monotonic() - start < 5
    assert caught.value.faults[0].value.endswith(f"/{way}" if way != "to-http" else "/table")
    assert list(tmp_path.iterdir()) == []


@secure
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, interface, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(RawDataError, match="CERTIFICATE_VERIFY_FAILED"):
        save_jsonstat(f"{interface}/table", tmp_path / "ny.json")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://example.org", "tabell.json", "https://[", "https://"]
)
def test_only_an_https_address_is_asked(tmp_path, address):
    with pytest.raises(RawDataError, match=r"no https address|does not answer"):
        save_jsonstat(address, tmp_path / "ny.json")
    assert list(tmp_path.iterdir()) == []


def test_a_delivered_file_is_never_overwritten_and_then_nobody_is_asked(tmp_path):
    (tmp_path / "ny.json").write_text("mine")
    with pytest.raises(FileExistsError, match="never overwritten"):
        save_jsonstat("https://127.0.0.1:9/tabell", tmp_path / "ny.json")
    assert (tmp_path / "ny.json").read_text() == "mine"
