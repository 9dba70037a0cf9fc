"""Web services in FastAPI, Flask and Django: routes, parameters, responses, and views that block.

On by default is what nearly everyone agrees on.
"""
