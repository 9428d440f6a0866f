"""Hostile bytes in, 16 kHz mono samples out.

    recording (any kind, from a stranger) -> probe -> yes or a typed no
                                          -> Decoding -> a SoundFile that grows: read, levels

A plain library around the ffmpeg binary: it knows no framework and no other part of TalkToText
but the errors. `ffmpeg.py` holds what ffmpeg may do, `launcher.py` puts the limits on it.
"""

from talktotext.media.decode import Decoding, decode
from talktotext.media.ffmpeg import find_ffmpeg
from talktotext.media.length import length
from talktotext.media.probe import probe
from talktotext.media.samples import SAMPLE_RATE, Decoded, SoundFile, open_samples

__all__ = [
    "SAMPLE_RATE",
    "Decoded",
    "Decoding",
    "SoundFile",
    "decode",
    "find_ffmpeg",
    "length",
    "open_samples",
    "probe",
]
