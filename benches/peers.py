"""Installs and builds what is measured beside ours. What cannot be had is left out with a reason, and the rest goes on."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benches"
BUILD = ROOT / "build" / "bench"
TARGET = ROOT / "target" / "benches"
PYTHON = ROOT / "build" / "venv-fastmcp" / "bin" / "python"  # ours and its peers: tests/e2e/requirements-fastmcp.txt
OURS = ROOT / "build" / "e2e-node" / "node_modules"
LIBRARY = ROOT / "target" / "release" / "libmcpauth.a"

CRATES = ["aws-lc-rs", "graviola", "jsonwebtoken", "jwt-simple", "openssl", "ring"]
LIGHT_CRATES = ["graviola", "jsonwebtoken", "ring"]  # built in seconds, and with nothing of the system's
PUBLISHED = ["0.1.1", "0.2.0b1"]


class Missing(Exception):
    """A peer cannot be measured here, and why."""


def rust(missing, smoke):
    """The program that measures in Rust, with the peers that can be built."""
    crates = (LIGHT_CRATES if os.environ.get("FULL") == "1" else []) if smoke else list(CRATES)
    if "openssl" in crates and not has_library("openssl"):
        missing["OpenSSL"] = "libssl-dev is not installed"
        crates.remove("openssl")
    target, profile = (ROOT / "target", "dev") if smoke else (TARGET, "release")
    command = ["cargo", "build", "--quiet", "--locked", "--profile", profile, "--manifest-path", HERE / "Cargo.toml"]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    while True:
        features = ["--features", ",".join(crates)] if crates else []
        done = subprocess.run([*command, *features], env=environment, stderr=subprocess.PIPE, text=True)
        if done.returncode == 0:
            break
        guilty = [one for one in crates if f"`{one}" in done.stderr or f"{one.split('-')[0]}-" in done.stderr]
        if not guilty:
            raise SystemExit(f"{done.stderr}\nbenches: the program in Rust cannot be built")
        missing[guilty[0]] = "it could not be built: " + done.stderr.strip().splitlines()[0]
        crates.remove(guilty[0])
    for crate in set(CRATES) - set(crates):
        missing.setdefault(crate, "left out of a smoke run")
    return target / profile.replace("dev", "debug") / "mcpauth-benches"


def c(missing):
    """The program that measures in C, or None."""
    program = TARGET / "peers"
    flags, libraries = [], []
    if not (has_library("jansson") and shutil.which("gcc") and LIBRARY.exists()):
        missing["C"] = "gcc, libjansson-dev or the C library (tests/package.sh c) is missing"
        return None
    for name, package, debian in (("CJOSE", "cjose", "libcjose-dev"), ("LIBJWT", "libjwt", "libjwt-dev")):
        if has_library(package):
            flags.append(f"-D{name}")
            libraries.append("-l" + package.removeprefix("lib"))
        else:
            missing[package] = f"{debian} is not installed"
    system = ["-ljansson", "-lcrypto", "-lpthread", "-lm", "-ldl", "-lgcc_s"]
    if "cjose" in missing:
        system.remove("-lcrypto")
    command = ["gcc", "-O2", "-std=c99", *flags, f"-I{ROOT / 'ffi' / 'include'}", HERE / "peers.c", LIBRARY, *libraries]
    TARGET.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([*command, *system, "-o", program], stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return program
    missing["C"] = "it could not be built: " + (done.stderr.strip().splitlines() or ["no reason given"])[0]
    return None


def published(version, missing, install):
    """The Python of an environment with mcpauth as it was published, or None."""
    requirements = HERE / f"requirements-{version}.txt"
    venv = BUILD / f"venv-{version}"
    try:
        if install:
            with stamped(venv / ".stamp", requirements) as changed:
                if changed:
                    run(sys.executable, "-m", "venv", "--clear", venv)
                    pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
                    run(venv / "bin" / "python", *pip, "-r", requirements)
        if not (venv / ".stamp").exists():
            raise Missing("left out of a smoke run")
    except Missing as reason:
        missing[f"mcpauth {version}"] = str(reason)
        return None
    return venv / "bin" / "python"


def node(missing, install):
    """The folder of the packages of Node; where they are not installed, that of ours, which has jose and express."""
    folder = BUILD / "node"
    try:
        if install:
            with stamped(folder / ".stamp", HERE / "package-lock.json", HERE / "package.json") as changed:
                if changed:
                    folder.mkdir(parents=True, exist_ok=True)
                    for name in ("package.json", "package-lock.json"):
                        shutil.copy(HERE / name, folder)
                    run("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund")
        if not (folder / ".stamp").exists():
            raise Missing("left out of a smoke run")
    except Missing as reason:
        for package in json.loads((HERE / "package.json").read_text())["dependencies"]:
            missing[package] = str(reason)
        return BUILD / "none"
    return folder / "node_modules"


class stamped:  # noqa: N801 - a context
    """Tells whether files have changed since the last time that the block went through."""

    def __init__(self, stamp, *files):
        self._stamp = stamp
        self._now = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def __enter__(self):
        return not self._stamp.exists() or self._stamp.read_text() != self._now

    def __exit__(self, kind, *_):
        if kind is None:
            self._stamp.write_text(self._now)


def has_library(package):
    """Whether pkg-config knows it."""
    return bool(shutil.which("pkg-config")) and not subprocess.run(["pkg-config", "--exists", package]).returncode


def run(*command):
    BUILD.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Missing("it could not be installed: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
