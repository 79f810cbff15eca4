"""Receivers of alerts as a process of their own: an HTTP server and SMTP servers that do what a file says.

Usage: receivers.py FOLDER
It writes FOLDER/ports.json once it listens, appends each message to FOLDER/got.jsonl before it answers, and reads how to
answer from FOLDER/manner: `ok`, `hang`, or an HTTP status and body such as `404 no_service`; SMTP then says 451.
"""

import asyncio
import datetime
import json
import logging
import pathlib
import socket
import ssl
import sys
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

FOLDER = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()
HANG = 120


def manner():
    try:
        return (FOLDER / "manner").read_text().strip() or "ok"
    except FileNotFoundError:
        return "ok"


def keep(record):
    with LOCK, open(FOLDER / "got.jsonl", "a", encoding="utf-8") as file:
        record["at"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
        file.write(json.dumps(record) + "\n")
        file.flush()


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        keep({"by": "http", "path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body})
        how = manner()
        if how == "hang":
            time.sleep(HANG)
        status, _, said = ("200", "", "ok") if how in ("ok", "hang") else how.partition(" ")
        self.send_response(int(status))
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_):
        pass


class Mailbox:
    def __init__(self, name):
        self.name = name

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        keep({
            "by": self.name, "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.authenticated else None,
            "headers": {k.lower(): str(v) for k, v in letter.items()}, "body": letter.get_content(),
        })
        how = manner()
        if how == "hang":
            await asyncio.sleep(HANG)
        return "250 taken" if how == "ok" else "451 later, please"


def knows(_server, _session, _envelope, mechanism, data):
    is_ours = mechanism in ("LOGIN", "PLAIN") and (data.login, data.password) == (b"reval", b"secret")
    return AuthResult(success=is_ours, handled=False, auth_data=data)


def main():
    # A client that does not trust us is a case here and no mishap.
    logging.disable(logging.CRITICAL)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(FOLDER / "ca.pem"))
    trustme.CA().cert_pem.write_to_path(str(FOLDER / "other-ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    plain = Controller(Mailbox("plain"), hostname="127.0.0.1", port=0)
    guarded = Controller(
        Mailbox("guarded"), hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True,
        auth_required=True, auth_require_tls=True, authenticator=knows,
    )
    ports = {}
    for name, controller in (("plain", plain), ("guarded", guarded)):
        # The controller asks itself for a greeting at the port it was given; 0 is chosen by us instead.
        controller.port = free_port()
        controller.start()
        ports[name] = controller.port
    hook = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    ports["http"] = hook.server_address[1]
    (FOLDER / "ports.tmp").write_text(json.dumps(ports))
    (FOLDER / "ports.tmp").rename(FOLDER / "ports.json")
    hook.serve_forever()


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


main()
