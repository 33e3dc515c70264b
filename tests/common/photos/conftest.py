"""A picture whose parts differ, as a file of any format, and what decoding a file costs."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

CORNERS = ((200, 30, 30), (30, 160, 60), (40, 60, 200), (240, 220, 40))
"""Colours of a picture's quarters: top left, top right, bottom left, bottom right."""


ROOT = Path(__file__).parents[3]

MEASURE = """
import json, os, sys, time
from pathlib import Path
from common.errors import PhotoError
from common.photos.decoding import decode

def peak():
    if not os.path.exists("/proc/self/status"):
        return 0
    (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024

def cost(path):
    data = path.read_bytes()
    if os.path.exists("/proc/self/clear_refs"):
        open("/proc/self/clear_refs", "w").write("5")  # forget the peak so far
    before, start = peak(), time.process_time()
    try:
        answer = str(decode(data).size)
    except PhotoError as error:
        answer = str(error)
    return time.process_time() - start, peak() - before, answer

folder = Path(sys.argv[1])
for path in folder.glob("small-*"):
    cost(path)  # loads what the format needs
normal = sorted(cost(folder / "normal")[0] for _ in range(3))[1]
results = {}
for path in sorted(folder.glob("file-*"), key=lambda path: path.stat().st_size):
    seconds, megabytes, answer = cost(path)
    results[path.name] = (seconds / normal, megabytes, answer)
print(json.dumps(results))
"""


@pytest.fixture(scope="session")
def measure_costs():
    """Decodes the files of a folder in a process of its own: ``measure_costs(folder)``.

    The cost of each ``file-*`` is its time in decodings of ``normal``, its peak of memory in MB,
    and the answer. Each ``small-*`` is decoded before, which loads what its format needs.
    """

    def measure(folder):
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, folder],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
        return json.loads(done.stdout)

    return measure


@pytest.fixture(scope="session")
def quarters():
    """Builds a picture of four colours: ``quarters(width, height)``."""

    def build(width=60, height=40):
        pixels = np.empty((height, width, 3), np.uint8)
        for number, colour in enumerate(CORNERS):
            rows = slice(height // 2, None) if number // 2 else slice(0, height // 2)
            columns = slice(width // 2, None) if number % 2 else slice(0, width // 2)
            pixels[rows, columns] = colour
        return Image.fromarray(pixels)

    return build


@pytest.fixture(scope="session")
def encode():
    """Writes a picture: ``encode(image, "PNG", **options)`` are the bytes."""

    def write(image, form="PNG", **options):
        file = io.BytesIO()
        image.save(file, form, **options)
        return file.getvalue()

    return write


@pytest.fixture(scope="session")
def corners():
    """The colours near the corners of a picture, in the order of ``CORNERS``."""

    def read(image):
        width, height = image.size
        points = [(2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3)]
        return [image.getpixel(point) for point in points]

    return read
