"""Screenshots as data URLs, the same bytes each time, each encoded once while it is remembered."""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict

from PIL import Image as PILImage

from model.base import Image
from model.qwen2vl.preprocess import Preprocessor

_REMEMBERED_BYTES = 256 * 2**20
_NO_CAP = 2**40


class PictureBook:
    """Data URLs by image, bounded in bytes. Safe to share between threads.

    Args:
        min_pixels: images of a smaller area are enlarged before they are sent; None leaves that to the server.
        max_pixels: images of a larger area are reduced, by the rule of Qwen2-VL's own processor, so that the server
            does not resize them again.
    """

    def __init__(
        self, min_pixels: int | None = None, max_pixels: int | None = None, limit: int = _REMEMBERED_BYTES
    ) -> None:
        self._min, self._max, self._limit = min_pixels, max_pixels, limit
        self._urls: OrderedDict[Image, str] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def url(self, image: Image) -> str:
        """data:image/png;base64,… of the image within the bounds. Raises ModelError for one too narrow to resize."""
        with self._lock:
            if image in self._urls:
                self._urls.move_to_end(image)
                return self._urls[image]
        url = self._encode(image)
        with self._lock:
            if image not in self._urls:
                self._urls[image] = url
                self._bytes += len(url)
            while self._bytes > self._limit and len(self._urls) > 1:
                self._bytes -= len(self._urls.popitem(last=False)[1])
        return url

    def size(self, image: Image) -> tuple[int, int]:
        """(height, width) the image is sent at."""
        height, width = image.pixels.shape[:2]
        most = min((cap for cap in (self._max, image.max_pixels) if cap is not None), default=None)
        least = max((floor for floor in (self._min, image.min_pixels) if floor is not None), default=None)
        if (most is None or height * width <= most) and (least is None or height * width >= least):
            return height, width
        return Preprocessor(max_pixels=_NO_CAP if most is None else most).size(height, width, None, least)

    def _encode(self, image: Image) -> str:
        picture = PILImage.fromarray(image.pixels)
        height, width = self.size(image)
        if (width, height) != picture.size:
            picture = picture.resize((width, height), PILImage.Resampling.BICUBIC)
        buffer = io.BytesIO()
        # Level 1 is several times as fast as the default and, on screenshots, hardly larger.
        picture.save(buffer, format="PNG", compress_level=1)
        return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
