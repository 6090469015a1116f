"""Why an action did not succeed."""

from __future__ import annotations

from typing import Literal

Code = Literal["", "Undefined", "InvalidAction", "MissingArguments", "InvalidArgument"]


class FailedActionError(RuntimeError):
    """The action leaves the world as it was; the Controller is told why. All codes but Undefined make it raise."""

    def __init__(self, why: str, code: Code = "Undefined") -> None:
        super().__init__(why)
        self.code: Code = code
