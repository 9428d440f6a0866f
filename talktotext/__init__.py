"""TalkToText: a recording goes in; notes a person can act on come out."""
