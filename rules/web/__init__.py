"""Web services in FastAPI, Flask and Django: routes and parameters, models, responses, templates, and what may not reach a page.

On by default is what fails or is deprecated in a current version (Django to 6.0, Flask and Werkzeug to 3, Starlette to 1.0, Jinja2 to
3.1), what the frameworks' own checks warn of, and mistakes that nobody means: a translation on import,
any origin with credentials, a redirect to a parameter. Most of it fixes itself. Rules about names that moved are silent in code that
supports both versions by `try` and `except ImportError`.

Opt-in, because all models and all routes have to be read for them, are mistakes in model fields (LIB860 to LIB863) and in the paths of routes
(LIB874 to LIB876). Opt-in are also house styles and what needs a look each time: `Annotated` dependencies and named statuses in FastAPI, spelled-out methods in
Flask, `null=True` on text, `unique_together`, `fields = "__all__"`, `get_object_or_404` and `exists()` in Django, cookies without
`httponly` and `secure`, markup that is built by hand, views without CSRF protection. Switch them on one by one, with
`extend-select = ["dependency-as-default", "nullable-text-column"]`, or all of them with `extend-select = ["LIB8"]`.
"""
