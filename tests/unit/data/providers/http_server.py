"""A real HTTP server on this machine that answers as services do; it notes what it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Query = dict[str, str]
Answer = Callable[[Query], tuple[int, str, bytes]]


@dataclass
class Service:
    """What is served."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    """By the end of a path."""
    asked: list[tuple[str, Query]] = field(default_factory=list)

    def answer(self, path: str, query: Query) -> tuple[int, str, bytes]:
        self.asked.append((path, query))
        for end, answer in self.answers.items():
            if path.endswith(end):
                return answer(query)
        return 404, "text/plain", b"there is nothing here"


def json_answer(text: str, status: int = 200) -> Answer:
    return lambda query: (status, "application/json", text.encode())


@contextmanager
def serving() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            query = {name: values[0] for name, values in parse_qs(f"{parts.query}&{body}").items()}
            status, kind, content = service.answer(parts.path, query)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Service(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
