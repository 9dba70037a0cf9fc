"""Asynchronous code: what blocks the event loop, tasks that get lost, and calls that asyncio has left behind.

On by default is what nearly everyone agrees on.
"""
