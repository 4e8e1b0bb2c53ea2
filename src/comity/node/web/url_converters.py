"""Path parts with their rule."""


class LogName:
    """Mode, party and epoch of a log, as the path of its origin has them (spec 10)."""

    regex = "[a-z]+/[a-z]{2}/[a-z0-9-]+/[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> str:
        """Return the text."""
        return value

    def to_url(self, value: str) -> str:
        """Return the text."""
        return value


class Hex64:
    """64 lower-case hex digits: the root of a package."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """Return the digits."""
        return value

    def to_url(self, value: str) -> str:
        """Return the digits."""
        return value
