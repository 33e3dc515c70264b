"""Answers as Kubeflow's API does, as far as runs and recurring runs need it."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

API = "/apis/v2beta1"


class Kubeflow:
    """What a stub of the API was asked, and what it holds."""

    def __init__(self):
        self.experiments, self.runs, self.recurring = [], [], []
        self.requests, self.states = [], ["PENDING", "RUNNING", "SUCCEEDED"]
        self.token, self.status = "", 200

    def writes(self):
        """The requests that change something, in order."""
        return [f"{method} {path}" for method, path in self.requests if method != "GET"]

    def answer(self, method, path, query, body):
        """Return the answer to a request, or nothing for one that is not known."""
        self.requests.append((method, path))
        match method, path.removeprefix(API).split("/")[1:]:
            case "GET", ["healthz"]:
                return {"multi_user": False}
            case "GET", ["experiments"]:
                named = json.loads(query["filter"][0])["predicates"][0]["stringValue"]
                found = [e for e in self.experiments if e["display_name"] == named]
                return {"experiments": found}
            case "POST", ["experiments"]:
                identity = f"experiment-{len(self.experiments)}"
                self.experiments.append({**body, "experiment_id": identity})
                return self.experiments[-1]
            case "POST", ["runs"]:
                self.runs.append({**body, "run_id": f"run-{len(self.runs)}"})
                return self.runs[-1]
            case "GET", ["runs", run]:
                return {"run_id": run, "state": self.states.pop(0)}
            case "GET", ["recurringruns"]:
                return self._page(query)
            case "POST", ["recurringruns"]:
                identity = f"recurring-{len(self.requests)}"
                self.recurring.append({**body, "recurring_run_id": identity})
                return self.recurring[-1]
            case "POST", ["recurringruns", action]:
                identity, verb = action.split(":")
                self._find(identity)["mode"] = verb.upper()
                return {}
            case "DELETE", ["recurringruns", identity]:
                self.recurring.remove(self._find(identity))
                return {}
        return None

    def _page(self, query):
        """One recurring run a page, so that whoever reads only the first page is found out."""
        start = int(query.get("page_token", ["0"])[0] or 0)
        wanted = query.get("experiment_id", [""])[0]
        ours = [r for r in self.recurring if r["experiment_id"] == wanted]
        answer: dict[str, Any] = {"recurringRuns": ours[start : start + 1]}
        if start + 1 < len(ours):
            answer["next_page_token"] = str(start + 1)
        return answer

    def _find(self, identity):
        (found,) = [r for r in self.recurring if r["recurring_run_id"] == identity]
        return found


@contextmanager
def serve():
    """Serve an empty Kubeflow on a free port; yields it and its address."""
    kubeflow = Kubeflow()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            authorization = self.headers.get("Authorization", "")
            if kubeflow.token and authorization != f"Bearer {kubeflow.token}":
                return self._send(401, {})
            if kubeflow.status != 200:
                return self._send(kubeflow.status, {})
            query = parse_qs(parts.query)
            answer = kubeflow.answer(self.command, parts.path, query, body)
            return self._send(404 if answer is None else 200, answer or {})

        do_POST = do_DELETE = do_GET  # noqa: N815

        def _send(self, status, answer):
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kubeflow, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
