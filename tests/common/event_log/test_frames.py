"""Whole frames are read, and what a writer that was killed left of the last one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.event_log.frames import frame, read_frames

LINES = ("first", "zweite", "三")
WHOLE = b"".join(map(frame, LINES[:2]))
LAST = frame(LINES[2])


@given(st.lists(st.text(min_size=1).filter(lambda text: text.isprintable())))
def test_lines_come_back_in_their_order(lines):
    read = read_frames(b"".join(map(frame, lines)))
    assert (read.lines, read.torn_bytes) == (tuple(lines), 0)


@pytest.mark.parametrize("length", range(len(LAST)))
def test_a_last_frame_that_is_cut_anywhere_is_left_out(length):
    read = read_frames(WHOLE + LAST[:length])
    assert (read.lines, read.torn_bytes) == (LINES[:2], length)


@pytest.mark.parametrize("position", range(len(LAST)))
def test_a_last_frame_with_another_byte_anywhere_is_left_out(position):
    damaged = bytearray(LAST)
    damaged[position] ^= 0x40
    assert read_frames(WHOLE + bytes(damaged)).lines == LINES[:2]


def test_zeros_that_a_crash_of_the_machine_left_are_no_frames():
    read = read_frames(WHOLE + bytes(4096))
    assert (read.lines, read.torn_bytes) == (LINES[:2], 4096)
