"""The daemon of procman, for Python programs. One file that needs nothing but Python 3.8: copy it, or put its directory on
PYTHONPATH.

    from procman_client import ProcessManagerImpl

    manager = ProcessManagerImpl()
    process_id = manager.spawn_process({"command": "python3", "args": ["script.py"]})
    print(manager.get_process_status(process_id))
    manager.stop_process(process_id)

Processes are those of the daemon: they outlive this program, are shown by `procman ls --all`, and a manager that is used in
a `with` statement stops those that it has started at its end. `Procman` is below it: every operation of the daemon, by its
name. Processes are started by the command `procman`, which starts the daemon too; all else goes over the daemon's socket.
"""

from __future__ import annotations

import glob
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import time
import uuid
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, cast

__all__ = ["Procman", "ProcmanError", "ProcessManagerImpl"]

MAX_PROCESSES = 100
LOG_LINES = 1000
STOP_SECONDS = 5.0
ADHOC_PROJECT = "adhoc"

# A daemon that was killed is started again within a second.
_COMEBACK_SECONDS = 5.0
_RETRY_SECONDS = 0.05
# Longer paths of sockets are refused by some kernels; the daemon then leaves word of another one.
_SOCKET_PATH_BYTES = 100
_MB = 1024 * 1024
_RUNNING = frozenset(["pending", "starting", "running", "stopping"])
_FAILED = frozenset(["failed", "backoff", "skipped"])
# The command itself would obey these.
_ABOUT_COMMANDS = re.compile(r"PATH$|HOME$|SHELL$|TMPDIR$|BUN_|XDG_|PROCMAN")


class ProcmanError(Exception):
    """What cannot be done, with the codes of the command line: PROCESS_NOT_FOUND, NAME_TAKEN, DAEMON_UNREACHABLE …"""

    def __init__(
        self,
        code: str,
        message: str,
        hint: Optional[str] = None,
        details: Optional[Mapping[str, Any]] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.details: Mapping[str, Any] = details or {}


class Procman:
    """The operations of a daemon."""

    def __init__(
        self, home: Optional[str] = None, command: Optional[Sequence[str]] = None
    ) -> None:
        """`home`: as `--home`; otherwise as the environment says. `command`: how procman is called; otherwise `procman`
        where that is on the PATH, else `bunx procman`."""
        self.home = os.path.abspath(home or _home_of_environment())
        self._command = list(command or _default_command())

    def call(self, operation: str, **given: Any) -> Any:
        """What an operation answers. One that only looks, or may be done twice, is asked again of the daemon that comes
        after one that has died; give `_repeatable=False` for any other."""
        repeatable = given.pop("_repeatable", True)
        give_up_at = time.monotonic() + _COMEBACK_SECONDS
        while True:
            try:
                with _Answer(self.socket(), operation, given) as answer:
                    return json.loads(answer.read())
            except FileNotFoundError:
                raise self._unreachable("there is none") from None
            except ConnectionRefusedError as error:
                self._wait_or_give_up(error, give_up_at)
            except (ConnectionError, http.client.HTTPException) as error:
                if not repeatable:
                    raise self._unreachable("it went away meanwhile") from error
                self._wait_or_give_up(error, give_up_at)

    def stream(self, operation: str, **given: Any) -> Iterator[Any]:
        """The documents that an operation answers with, as they come, until the daemon ends it or goes away."""
        try:
            with _Answer(self.socket(), operation, given) as answer:
                for line in answer:
                    yield json.loads(line)
        except FileNotFoundError:
            raise self._unreachable("there is none") from None
        except (ConnectionError, http.client.HTTPException) as error:
            raise self._unreachable("it went away") from error

    def run_command(
        self,
        args: Sequence[str],
        env: Optional[Mapping[str, str]] = None,
        cwd: Optional[str] = None,
    ) -> Any:
        """What a command of the command line says with `--json`. Its environment is this program's and `env`."""
        line = [*self._command, "--home", self.home, *args]
        try:
            ended = subprocess.run(
                line,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                universal_newlines=True,
                check=False,
            )
        except OSError as error:
            hint = "Give it as ProcessManagerImpl(command=[…]), or put it on the PATH."
            message = "Cannot call procman as %r: %s" % (self._command[0], error.strerror)
            raise ProcmanError("COMMAND_NOT_FOUND", message, hint) from error
        for text in (ended.stdout, ended.stderr):
            document = _document_in(text)
            if isinstance(document, dict) and "error" in document:
                raise _error_of(document)
            if document is not None:
                return document
        if ended.returncode != 0:
            raise ProcmanError("INTERNAL", ended.stderr.strip() or "procman has failed")
        return None

    def socket(self) -> str:
        """Where the daemon listens, when there is one."""
        inside = os.path.join(self.home, "daemon.sock")
        _require_private(self.home)
        if len(os.fsencode(inside)) <= _SOCKET_PATH_BYTES:
            return inside
        with open(inside + ".path", encoding="utf8") as word:
            path = word.read()
        _require_private(os.path.dirname(path))
        return path

    def _wait_or_give_up(self, error: Exception, give_up_at: float) -> None:
        if time.monotonic() > give_up_at:
            raise self._unreachable("it does not answer") from error
        time.sleep(_RETRY_SECONDS)

    def _unreachable(self, why: str) -> ProcmanError:
        message = "Cannot reach the daemon of %s: %s" % (self.home, why)
        return ProcmanError("DAEMON_UNREACHABLE", message, "'procman daemon start' starts it.")


class ProcessManagerImpl:
    """Starts, stops and shows processes of the daemon, one instance for each id."""

    def __init__(
        self,
        home: Optional[str] = None,
        command: Optional[Sequence[str]] = None,
        max_processes: int = MAX_PROCESSES,
    ) -> None:
        """`max_processes`: that many of those that this manager has started may run at once. For the others see
        `Procman`."""
        self.procman = Procman(home, command)
        self._max_processes = max_processes
        self._started: Set[str] = set()

    def __enter__(self) -> ProcessManagerImpl:
        return self

    def __exit__(self, *_: Any) -> None:
        failure: Optional[ProcmanError] = None
        for process_id in sorted(self._started):
            try:
                self.stop_process(process_id)
            except ProcmanError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def spawn_process(self, config: Mapping[str, Any]) -> str:
        """Starts a process and gives its id. `config`: `command`; and if need be `args`, a list that no shell sees; `env`,
        added to this program's; `workingDir`, otherwise this program's; `autoRestart`, to start it again when it fails;
        `id`, letters, digits, `-` and `_`. Raises COMMAND_NOT_FOUND, NAME_TAKEN, LIMIT_REACHED …"""
        command, args = _checked(config)
        directory = os.path.abspath(config.get("workingDir", config.get("working_dir", ".")))
        restarts = config.get("autoRestart", config.get("auto_restart", False))
        process_id = config.get("id") or _new_id(command)
        self._require_room(process_id)
        hidden, shown = _split(config.get("env") or {})
        flags = ["--name", process_id, "--cwd", directory]
        flags += ["--restart", "on-failure" if restarts else "no"]
        for name, value in shown.items():
            flags += ["--env", "%s=%s" % (name, value)]
        line = ["-p", ADHOC_PROJECT, "run", "-d", "--json", *flags, "--", command, *args]
        [result] = self.procman.run_command(line, hidden, "/")
        if result["error"] is not None:
            raise _error_of(result)
        if not result["changed"]:
            raise ProcmanError("NAME_TAKEN", "Cannot start %r: it runs already" % process_id)
        self._started.add(process_id)
        return cast(str, process_id)

    def stop_process(self, process_id: str, timeout: float = STOP_SECONDS) -> bool:
        """SIGTERM, and after `timeout` seconds SIGKILL to all of its tree. True when nothing of it is left, False when
        nothing of it was there."""
        try:
            answer = self._call("stop", process_id, withDependents=False, timeoutMs=timeout * 1000)
        except ProcmanError as error:
            if error.code in ("PROCESS_NOT_FOUND", "PROJECT_NOT_FOUND", "DAEMON_UNREACHABLE"):
                return False
            raise
        results = answer["results"]
        for result in results:
            if result["error"] is not None:
                raise _error_of(result)
        self._started.discard(process_id)
        return any(result["changed"] for result in results)

    def get_process_status(self, process_id: str) -> Dict[str, Any]:
        """`pid`, `status` (`running`, `stopped` or `error`), `uptime` in milliseconds, `cpu` in percent of a core, `memory`
        in MB, `restarts`, and how it ended: `exitCode`, `signal`, `error`. Raises PROCESS_NOT_FOUND."""
        found = self._find(process_id)
        return {
            **_outline(found),
            "cpu": found["cpuPercent"] or 0.0,
            "memory": round((found["memoryBytes"] or 0) / _MB, 1),
            "restarts": found["restarts"],
            "exitCode": found["exitCode"],
            "signal": found["signal"],
            "error": found["reason"],
        }

    def get_process_logs(self, process_id: str, lines: int = LOG_LINES) -> Dict[str, List[str]]:
        """The last `lines` of `stdout` and `stderr`, oldest first; what was written before a restart too."""
        logs = self._find(process_id)["logs"]
        return {stream: _last_lines(logs[stream], lines) for stream in ("stdout", "stderr")}

    def list_processes(self) -> List[Dict[str, Any]]:
        """`id`, `pid`, `status`, `uptime` and `command` of every process that belongs to no project, whoever started
        it."""
        try:
            found = self._call("list", None, all=False)
        except ProcmanError as error:
            if error.code in ("PROJECT_NOT_FOUND", "DAEMON_UNREACHABLE"):
                return []
            raise
        return [{"id": it["process"], **_outline(it), "command": it["command"]} for it in found]

    def _find(self, process_id: str) -> Dict[str, Any]:
        try:
            return cast(Dict[str, Any], self._call("list", process_id, all=False)[0])
        except ProcmanError as error:
            if error.code != "PROJECT_NOT_FOUND":
                raise
            message = "Cannot find process %r" % process_id
            raise ProcmanError("PROCESS_NOT_FOUND", message) from error

    def _call(self, operation: str, process_id: Optional[str], **given: Any) -> Any:
        targets = [] if process_id is None else [process_id]
        place = {"project": ADHOC_PROJECT, "directory": "/", "exact": False, "files": []}
        return self.procman.call(operation, **place, targets=targets, **given)

    def _require_room(self, process_id: str) -> None:
        if len(self._started) < self._max_processes:
            return
        running = {it["id"] for it in self.list_processes() if it["status"] == "running"}
        self._started &= running
        if len(self._started) < self._max_processes:
            return
        message = "Cannot start %r: %d processes run" % (process_id, self._max_processes)
        raise ProcmanError("LIMIT_REACHED", message, "Stop one, or give max_processes.")


class _Answer:
    """An operation that was asked for: what is answered can be read."""

    def __init__(self, path: str, operation: str, given: Mapping[str, Any]) -> None:
        self._connection = _UnixConnection(path)
        try:
            self._connection.request("POST", "/rpc/" + operation, json.dumps(given))
            self._response = self._connection.getresponse()
            if self._response.status != 200:
                raise _error_of(json.loads(self._response.read()))
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> http.client.HTTPResponse:
        return self._response

    def __exit__(self, *_: Any) -> None:
        self._connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("procman")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.sock.close()
            raise


def _home_of_environment() -> str:
    named = os.environ.get("PROCMAN_HOME")
    if named:
        return named
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "procman")


def _default_command() -> List[str]:
    found = shutil.which("procman")
    return ["bunx", "procman"] if found is None else [found]


def _require_private(directory: str) -> None:
    """In a directory of others somebody else could listen, and be told what is meant for the daemon."""
    info = os.lstat(directory)
    if stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid() and info.st_mode & 0o077 == 0:
        return
    hint = "Make it a private directory of yours (mode 700), or set PROCMAN_HOME to another one."
    raise ProcmanError("HOME_UNUSABLE", "Cannot use %s: it is not private" % directory, hint)


def _error_of(document: Mapping[str, Any]) -> ProcmanError:
    error = document["error"]
    return ProcmanError(error["code"], error["message"], error["hint"], error["details"])


def _document_in(text: str) -> Any:
    """What `--json` writes is the last line; null when there is none."""
    lines = text.strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


_KEYS = frozenset(
    ["id", "command", "args", "env", "workingDir", "working_dir", "autoRestart", "auto_restart"]
)


def _checked(config: Mapping[str, Any]) -> "tuple[str, List[str]]":
    for key in config:
        if key not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise ProcmanError(
                "INVALID_PARAMETER", "Cannot start a process: there is no %r, only %s" % (key, known)
            )
    command, args = config.get("command"), config.get("args") or []
    if not isinstance(command, str) or command == "":
        raise ProcmanError("INVALID_PARAMETER", "Cannot start a process: 'command' is no text")
    if isinstance(args, str) or not all(isinstance(word, str) for word in args):
        raise ProcmanError("INVALID_PARAMETER", "Cannot start %r: 'args' is no list of texts" % command)
    return command, list(args)


def _new_id(command: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", os.path.basename(command)).strip("-_")[:48]
    return "%s-%s" % (name or "process", uuid.uuid4().hex[:8])


def _split(env: Mapping[str, str]) -> "tuple[Dict[str, str], Dict[str, str]]":
    """Variables that are given by the environment, which nobody else sees, and those that the command `procman` would take
    for its own."""
    hidden = {name: value for name, value in env.items() if not _ABOUT_COMMANDS.match(name)}
    return hidden, {name: value for name, value in env.items() if name not in hidden}


def _outline(found: Mapping[str, Any]) -> Dict[str, Any]:
    state = found["state"]
    status = "running" if state in _RUNNING else "error" if state in _FAILED else "stopped"
    return {"pid": found["pid"], "status": status, "uptime": round(found["uptimeMs"] or 0)}


def _last_lines(path: str, count: int) -> List[str]:
    """Of a log file, and of what was rotated away before it as far as that can be read without other packages."""
    lines: List[str] = []
    for part in [path, *_rotated(path)]:
        if len(lines) >= count:
            break
        opened = gzip.open(part, "rb") if part.endswith(".gz") else _open_end(part, count)
        with opened as file:
            lines = _lines_of(file.read().decode("utf8", "replace")) + lines
    return lines[-count:] if count > 0 else []


def _lines_of(text: str) -> List[str]:
    """Nothing but a line end ends a line: `splitlines` knows nine more characters."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines]


def _rotated(path: str) -> List[str]:
    """Newest first. Those that zstd has compressed are left out."""
    found = {}
    for part in glob.glob(glob.escape(path) + ".*"):
        match = re.match(r"\.(\d+)(?:\.gz)?$", part[len(path) :])
        if match is not None:
            found[int(match.group(1))] = part
    return [found[number] for number in sorted(found)]


def _open_end(path: str, count: int) -> Any:
    """At the beginning of the last `count` lines."""
    try:
        file = open(path, "rb")
    except FileNotFoundError:
        return open(os.devnull, "rb")
    place, ends, block = file.seek(0, os.SEEK_END), 0, 64 * 1024
    while place > 0 and ends <= count:
        place = max(0, place - block)
        file.seek(place)
        ends += file.read(block).count(b"\n")
    file.seek(place)
    return file


if __name__ == "__main__":
    print(json.dumps(ProcessManagerImpl().list_processes(), indent=2))
