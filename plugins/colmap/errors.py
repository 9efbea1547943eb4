"""What can go wrong in a reconstruction; every error is a ColmapError."""


class ColmapError(Exception):
    """A reconstruction failed; the base class of all errors here."""


class InputError(ColmapError):
    """The images or the settings cannot be used."""


class MappingError(ColmapError):
    """No model could be made of the images."""


class DiskFullError(ColmapError):
    """The disk of the output folder is full. An earlier result is unchanged."""


class Cancelled(ColmapError):
    """The reconstruction was cancelled."""
