"""Path parts with their rule."""


class Hex64:
    """64 lower-case hex digits: the root of a package."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """Return the digits."""
        return value

    def to_url(self, value: str) -> str:
        """Return the digits."""
        return value
