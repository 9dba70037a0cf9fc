"""Asynchronous code: what blocks the event loop, tasks that get lost, and what asyncio and its companions left behind.

A coroutine that waits without `await` stops every other task of its thread. On by default are calls that surely wait for a clock, a
network or a process, coroutines and tasks that nobody holds, and arguments and loops that newer Pythons refuse. Most of their fixes
want `--unsafe-fixes`: other tasks run where none did before.

Opt-in is what many programs live with: blocking access to files (`extend-select = ["LIB61"]`), requests by a synchronous session,
polling, swallowed cancellation, `gather` without `return_exceptions`, and older ways to make tasks, threads and time limits.
"""
