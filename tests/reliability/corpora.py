"""The code the laws are held over: releases of real packages, by version and digest, and the standard library.

Old releases are what is fixed most: they still use what the packs migrate away from.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks import workspace
from benchmarks.workspace import Release

from .stdlib import stdlib, stdlib_files

#: The standard library of the interpreter that runs this.
STDLIB = "stdlib"

#: Smallest first.
RELEASES = {
    "httpx": Release(
        "httpx==0.13.3",
        "httpx-0.13.3-*.whl",
        "httpx",
        source=False,
        sha256="32d930858eab677bc29a742aaa4f096de259f1c78c68a90ad11f5c3c04f08335",
    ),
    "requests": Release(
        "requests==2.19.1",
        "requests-2.19.1-*.whl",
        "requests",
        source=False,
        sha256="63b52e3c866428a224f97cab011de738c36aec0185aa91cfacd418b5d58911d1",
    ),
    "boto3": Release(
        "boto3==1.9.253",
        "boto3-1.9.253-*.whl",
        "boto3",
        source=False,
        sha256="839285fbd6f3ab16170af449ae9e33d0eccf97ca22de17d9ff68b8da2310ea06",
    ),
    "aiohttp": Release(
        "aiohttp==3.7.4",
        "aiohttp-3.7.4-*.whl",
        "aiohttp",
        source=False,
        python="3.8",
        sha256="418597633b5cd9639e514b1d748f358832c08cd5d9ef0870026535bd5eaefdd0",
    ),
    "botocore": Release(
        "botocore==1.12.253",
        "botocore-1.12.253-*.whl",
        "botocore",
        source=False,
        sha256="dc080aed4f9b220a9e916ca29ca97a9d37e8e1d296fe89cbaeef929bf0c8066b",
    ),
    "tornado": Release(
        "tornado==5.1.1",
        "tornado-5.1.1.tar.gz",
        "tornado",
        source=True,
        sha256="4e5158d97583502a7e2739951553cbd88a72076f152b4b11b64b9a10c4c49409",
    ),
    "celery": Release(
        "celery==4.4.7",
        "celery-4.4.7-*.whl",
        "celery",
        source=False,
        sha256="a92e1d56e650781fb747032a3997d16236d037c8199eacd5217d1a72893bca45",
    ),
    "twisted": Release(
        "Twisted==22.4.0",
        "Twisted-22.4.0-*.whl",
        "twisted",
        source=False,
        sha256="f9f7a91f94932477a9fc3b169d57f54f96c6e74a23d78d9ce54039a7f48928a2",
    ),
    "sqlalchemy": Release(
        "SQLAlchemy==1.3.24",
        "SQLAlchemy-1.3.24.tar.gz",
        "sqlalchemy",
        source=True,
        sha256="ebbb777cbf9312359b897bf81ba00dae0f5cb69fba2a18265dcc18a6f5ef7519",
    ),
    "airflow": Release(
        "apache-airflow==2.2.5",
        "apache_airflow-2.2.5-*.whl",
        "airflow",
        source=False,
        sha256="71026e59441a95846a30bcab55110f9d7ec75189929c9d8d883ca92819110511",
    ),
    "pandas": Release(
        "pandas==1.0.5",
        "pandas-1.0.5-*.whl",
        "pandas",
        source=False,
        python="3.8",
        sha256="ae961f1f0e270f1e4e2273f6a539b2ea33248e0e3a11ffb479d757918a5e03a9",
    ),
    "django-2.2": Release(
        "Django==2.2.28",
        "[Dd]jango-2.2.28.tar.gz",
        "django",
        source=True,
        sha256="0200b657afbf1bc08003845ddda053c7641b9b24951e52acd51f6abda33a7413",
    ),
    "django": workspace.RELEASES["django"],
    "homeassistant": workspace.RELEASES["homeassistant"],
}

NAMES = (*RELEASES, STDLIB)


class Corpus(NamedTuple):
    """A code base: what it is called, what it is a release of, and where it lies. It is never written to."""

    name: str
    release: str
    root: Path

    def files(self) -> list[Path]:
        """Its Python files, sorted."""
        return stdlib_files() if self.name == STDLIB else workspace.python_files(self.root)


def corpus(name: str) -> Corpus:
    """The code base called *name*, fetched and unpacked if it is not there yet."""
    if name == STDLIB:
        return Corpus(STDLIB, f"CPython {sys.version.split()[0]}", stdlib())
    release = RELEASES[name]
    return Corpus(name, release.requirement.replace("==", " "), workspace.unpacked(name, release).root)


def results(name: str) -> Path:
    """The empty folder for what the fixes make of the code base *name*."""
    folder = workspace.BENCH / "corpus" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
