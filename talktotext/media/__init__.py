"""Hostile bytes in, 16 kHz mono samples out.

    recording (any kind, from a stranger) -> probe -> yes or a typed no
                                          -> decode -> raw samples on disk -> open_samples

A plain library around the ffmpeg binary: it knows no framework and no other part of TalkToText
but the errors. `ffmpeg.py` holds what ffmpeg may do, `launcher.py` puts the limits on it.
"""

from talktotext.media.decode import Decoded, decode, probe
from talktotext.media.ffmpeg import find_ffmpeg
from talktotext.media.samples import SAMPLE_RATE, open_samples, to_float

__all__ = [
    "SAMPLE_RATE",
    "Decoded",
    "decode",
    "find_ffmpeg",
    "open_samples",
    "probe",
    "to_float",
]
