"""Work spread over processes that may die.

Workers are forked, so that they begin with everything already loaded; where there is no ``fork`` all work is done in
this process. A worker that dies (deep recursion can kill an interpreter) costs the one item it was at, not the run.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from selectors import BaseSelector
    from typing import Any, TypeVar

    Item = TypeVar("Item")
    Outcome = TypeVar("Outcome")

_HEADER = 8
_CHUNKS_PER_WORKER = 12
_MAX_CHUNK = 200
#: Hundredths of a second a worker is given to end by itself.
_PATIENCE = 100


class WorkerDied(Exception):
    """The process that worked on an item ended without an answer."""


def available_cpus() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def spread(
    items: Sequence[Item], work: Callable[[Item], Outcome], jobs: int, *, apart: bool = False, once: bool = False
) -> Iterator[tuple[int, Outcome | WorkerDied]]:
    """Yield (number, outcome) for each of *items* in any order, from *jobs* processes.

    Outcomes cross the process boundary pickled. Exceptions of *work* are the caller's business and must not leave it.
    *apart* keeps the work out of this process even where one is enough: it may end the one it is done in. *once* tells
    that work cannot be done again, so that no outcome may be lost with a process.
    """
    if not hasattr(os, "fork") or not items or (not apart and (jobs <= 1 or len(items) <= 1)):
        for number, item in enumerate(items):
            yield number, work(item)
        return
    jobs = max(jobs, 1)
    size = max(1, min(_MAX_CHUNK, len(items) // (jobs * _CHUNKS_PER_WORKER)))
    chunks = [range(start, min(start + size, len(items))) for start in range(0, len(items), size)]
    chunks.reverse()
    yield from _Pool(items, work, chunks, jobs, once).run()


class _Worker:
    __slots__ = ("chunk", "done", "pid", "read", "write")

    def __init__(self, pid: int, read: int, write: int) -> None:
        self.pid = pid
        self.read = read
        self.write = write
        self.chunk: range | None = None
        #: How many items of the chunk were answered.
        self.done = 0


class _Pool:
    def __init__(
        self, items: Sequence[Item], work: Callable[[Item], Outcome], chunks: list[range], jobs: int, once: bool
    ) -> None:
        self.items = items
        self.work = work
        self.chunks = chunks
        self.jobs = min(jobs, len(chunks))
        self.once = once
        self.workers: dict[int, _Worker] = {}
        self.deaths = 0
        self.selector: BaseSelector

    def run(self) -> Iterator[tuple[int, Outcome | WorkerDied]]:
        import pickle
        import selectors

        # `select` takes no descriptor above 1023.
        with selectors.DefaultSelector() as selector:
            self.selector = selector
            yield from self._run(pickle.loads)

    def _run(self, loads: Callable[[bytes], list[tuple[int, Outcome]]]) -> Iterator[tuple[int, Outcome | WorkerDied]]:
        try:
            for _ in range(self.jobs):
                if not self._start():
                    break  # No more processes or descriptors are to be had: fewer do the work.
            while self.workers:
                for key, _ in self.selector.select():
                    read = key.fd
                    worker = self.workers[read]
                    message = _receive(read)
                    if message is None:
                        yield from self._buried(worker)
                        continue
                    answers = loads(message)
                    yield from answers
                    worker.done += len(answers)
                    if worker.chunk is not None and worker.done >= len(worker.chunk):
                        self._feed(worker)
            for chunk in reversed(self.chunks):
                for number in chunk:
                    # Where one has died, what is left may be what it died of.
                    answer: Any = WorkerDied() if self.deaths else self.work(self.items[number])
                    yield number, answer
        finally:
            for worker in list(self.workers.values()):
                self._stop(worker, kill=True)

    def _start(self) -> bool:
        """Fork a worker and give it something to do; False where there can be no more."""
        ends: list[int] = []
        try:
            ends += os.pipe()
            ends += os.pipe()
            pid = os.fork()
        except OSError:
            for end in ends:
                os.close(end)
            return False
        task_read, task_write, answer_read, answer_write = ends
        if pid == 0:
            code = 1
            try:
                for other in self.workers.values():
                    os.close(other.read)
                    os.close(other.write)
                os.close(task_write)
                os.close(answer_read)
                self._serve(task_read, answer_write)
                code = 0
            except (KeyboardInterrupt, BrokenPipeError):
                pass
            finally:
                os._exit(code)
        os.close(task_read)
        os.close(answer_write)
        worker = _Worker(pid, answer_read, task_write)
        self.workers[answer_read] = worker
        self.selector.register(answer_read, 1)
        self._feed(worker)
        return True

    def _feed(self, worker: _Worker) -> None:
        if not self.chunks:
            self._stop(worker)
            return
        worker.chunk = self.chunks.pop()
        worker.done = 0
        try:
            os.write(worker.write, b"%8d%8d" % (worker.chunk.start, worker.chunk.stop))
        except BrokenPipeError:
            pass  # It died; reading from it says so.

    def _buried(self, worker: _Worker) -> Iterator[tuple[int, WorkerDied]]:
        """A worker died: its current item is lost, what is left of its chunk goes to a new one."""
        chunk, done = worker.chunk, worker.done
        self.deaths += 1
        self._stop(worker, kill=True)
        if chunk is None:
            return
        if done < len(chunk):
            # Answers are sent chunk by chunk, so find the culprit by doing them one at a time.
            rest = range(chunk.start + done, chunk.stop)
            if len(rest) == 1:
                yield rest.start, WorkerDied()
            else:
                self.chunks += [range(number, number + 1) for number in reversed(rest)]
        if self.chunks and len(self.workers) < self.jobs:
            self._start()

    def _stop(self, worker: _Worker, *, kill: bool = False) -> None:
        if self.workers.pop(worker.read, None) is not None:
            self.selector.unregister(worker.read)
        for descriptor in (worker.write, worker.read):
            os.close(descriptor)
        if kill:
            _end(worker.pid)
        try:
            os.waitpid(worker.pid, 0)
        except OSError:
            pass

    def _serve(self, tasks: int, answers: int) -> None:
        """The worker's life: chunks in, answers out."""
        import gc
        import pickle

        # Everything loaded so far lives as long as the process, and syntax trees are no cycles worth looking for.
        gc.freeze()
        gc.disable()
        while True:
            task = _exactly(tasks, 16)
            if task is None:
                return
            chunk = range(int(task[:8]), int(task[8:]))
            for part in [range(number, number + 1) for number in chunk] if self.once else [chunk]:
                body = pickle.dumps([(number, self.work(self.items[number])) for number in part], 5)
                _send(answers, len(body).to_bytes(_HEADER, "big") + body)
            gc.collect(0)


def _end(pid: int) -> None:
    """Ask a worker to stop, so that it can clean up after itself, and kill it if it does not."""
    import signal
    import time

    try:
        os.kill(pid, signal.SIGINT)
        for _ in range(_PATIENCE):
            if os.waitpid(pid, os.WNOHANG) != (0, 0):
                return
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass


def _receive(descriptor: int) -> bytes | None:
    header = _exactly(descriptor, _HEADER)
    return None if header is None else _exactly(descriptor, int.from_bytes(header, "big"))


def _exactly(descriptor: int, size: int) -> bytes | None:
    """*size* bytes from *descriptor*; None where it ends before."""
    pieces: list[bytes] = []
    while size:
        piece = os.read(descriptor, min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
