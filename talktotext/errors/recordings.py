"""What is wrong with a recording, or with the link to one."""

from talktotext.errors.base import TalkToTextError


class MediaError(TalkToTextError):
    status, code, message = 415, "unreadable_media", "The recording could not be read"
    hint = "Try to play the file; if it plays, convert it to MP3, M4A, WAV or MP4 and upload that."


class NotMedia(MediaError):
    code, message = "not_media", "The file is not an audio or video recording"
    hint = "Upload a recording: MP3, M4A, WAV, OGG, FLAC, MP4, MOV, WEBM, MKV and most others."


class NoAudio(MediaError):
    code, message = "no_audio", "The file has no sound track"
    hint = "Upload a recording that has sound."


class EmptyRecording(MediaError):
    code, message = "empty_recording", "The recording is empty"
    hint = "Check that the file is complete and try again."


class MediaTooLong(MediaError):
    status, code, message = 413, "media_too_long", "The recording is too long"
    hint = "Split the recording, or ask for its first part only (extractDuration)."


class MediaTimeout(TalkToTextError):
    status, code, message = 422, "media_timeout", "Reading the recording took too long"
    hint = "Convert the file to MP3 or WAV and upload that."


class Infected(TalkToTextError):
    """A virus was found; in `extra` are `signature`, which the scanner calls it, and `sha256` of
    what it was found in."""

    status, code, message = 422, "infected", "A virus was found in the recording; it was deleted"
    hint = "Check the device it comes from. If you are sure of it, convert it and upload that."


class TooLargeToScan(TalkToTextError):
    status, code = 413, "too_large_to_scan"
    message = "The recording is larger than what can be checked for viruses"
    hint = "Convert it to MP3 and upload that, or ask who runs this service to allow for more."


class NotScanned(TalkToTextError):
    status, code = 503, "not_scanned"
    message = "The recording could not be checked for viruses"
    hint = "Try again later."


class ScannerUnavailable(TalkToTextError):
    status, code, message = 503, "scanner_unavailable", "The virus scanner cannot be reached"
    retryable = True


class ScannerFailed(TalkToTextError):
    status, code, message = 502, "scanner_failed", "The virus scanner came to no result"
    retryable = True


class LinkError(TalkToTextError):
    """Why a link is not fetched. None tells what there is at an address that is not public."""

    status, code, message = 502, "link_failed", "The link could not be fetched"
    hint = "Download the recording and upload the file itself."


class NotALink(LinkError):
    status, code, message = 400, "not_a_link", "That is no link"
    hint = "A link looks like https://example.com/talk.mp3."


class LinksDisabled(LinkError):
    status, code, message = 400, "links_disabled", "Links are not fetched here"


class LinkNotPublic(LinkError):
    status, code, message = 400, "link_not_public", "The link leads to no public address"
    hint = "Check the link. Only what anybody on the internet can reach is fetched."


class LinkNotMedia(LinkError):
    status, code, message = 415, "link_not_media", "The link leads to no recording"
    hint = "Use the link to the audio or video file itself, or download it and upload the file."


class LinkTooLarge(LinkError):
    status, code, message = 413, "link_too_large", "The file behind the link is too large"
    hint = "Make a smaller file of it, such as an MP3, and upload that."


class LinkRefused(LinkError):
    code, message = "link_refused", "The server of the link does not give the file out"
    hint = "Open the link in a private window of your browser: it has to work there."


class LinkUnreachable(LinkError):
    code, message = "link_unreachable", "The server of the link does not answer as it should"
    retryable = True
    hint = "Try again later, or download the recording and upload the file itself."


class LinkSlow(LinkError):
    status, code, message = 504, "link_slow", "The server of the link is too slow"
    retryable = True
