"""The emulated Pi loses its power again and again while it senses: what the card promised must come out, with the right times."""

import os
import sys
import time

from machine import check, slow, until
from scenarios_pi import DEVICE, _await_active, _await_temperature, _set_temperature

CUTS = int(os.environ.get("PIPIT_CUTS", "10"))
# A reading counts as on the card this long after the live message that shows it; the last ones before a cut may be on their way.
ON_ITS_WAY_MS = 2_500
# Between the host's clock and what the guest's was set to, through a busy console.
CLOCK_MS = 2_500


def _now_ms():
    return int(time.time() * 1000)


def _readings(stage, since):
    """Everything on the data topic: {(time in ms, value in Cel)}, and those times that were never synchronised."""
    sys.path.insert(0, os.path.join(stage.project, "deploy/decoders"))
    from pipit_decoder import decode

    found, adrift = set(), []
    for message in list(stage.observer.messages):
        if message.at < since or message.topic != f"{DEVICE}/data":
            continue
        frame = message.payload
        schema = stage.observer.latest(f"{DEVICE}/schema/{frame[1]}")
        check(schema is not None, f"a frame of schema {frame[1]}, which was never told: {frame.hex()}")
        step = stage.observer.schema("emulated", frame[1])["ch"][0]["q"]
        for at, values in decode(schema.text, frame):
            if frame[0] & 8:
                adrift.append(at)
            elif not isinstance(values[0], dict):
                found.add((at, round(values[0] * step, 4)))
    return found, adrift


def _live(stage, since, until_at):
    """Synchronised live readings as (time in ms, value), seen in a span of the host's monotonic clock."""
    seen = []
    for message in list(stage.observer.messages):
        if since <= message.at <= until_at and message.topic == f"{DEVICE}/live/outside":
            reading = stage.observer.reading(message)
            value = next(iter(reading[2].values())) if reading else None
            if reading and reading[1] and isinstance(value, float | int):
                seen.append((reading[0], round(value, 4)))
    return seen


@slow
def killed_ten_times_while_sensing_it_loses_no_synced_reading_and_its_times_are_right(stage):
    machine = stage.machine
    _await_active(stage)
    # systemd lifts the clock from 1970 to the day it was built on, where other systems leave it: here it is as the kernel had it, and a little
    # later, because the kernel takes no time of day that would lie before its own start.
    machine.put("/etc/systemd/system/pipit.service.d/clock.conf", "[Service]\nExecStartPre=+/bin/sh -c 'date -s @$$(($$(cut -d. -f1 /proc/uptime) + 2))'")
    machine.sh("sed -i 's/every: 1s}/every: 1s, keep: synced}/' /etc/pipit/pipit.yaml; grep -q synced /etc/pipit/pipit.yaml && sync; "
               "systemctl daemon-reload; systemctl restart pipit")
    begun = time.monotonic()
    marks, live_seen, celsius = [], [], -50.0
    for cut in range(CUTS + 1):
        # Before the clock is set it is 1970: what is read now gets its time later.
        check(int(machine.sh("date +%s")) < 10_000_000, "the machine's clock does not start in 1970")
        first = time.monotonic()
        celsius += 1
        marks.append((celsius, _now_ms(), "before the clock was set"))
        _set_temperature(stage, celsius)
        _await_temperature(stage, celsius, 120, first)
        machine.sh(f"date -s @{time.time():.3f}")
        if cut == CUTS:
            break
        away = cut % 2 == 0
        if away:
            # Nobody hears what is read now: it waits on the card.
            machine.cable(False)
        for _ in range(3):
            celsius += 1
            marked = time.monotonic()
            marks.append((celsius, _now_ms(), "without a network" if away else "connected"))
            _set_temperature(stage, celsius)
            if away:
                time.sleep(4)
            else:
                _await_temperature(stage, celsius, 60, marked)
                time.sleep(1.5)
        live_seen += [(at, value) for at, value in _live(stage, first, time.monotonic()) if at < _now_ms() - ON_ITS_WAY_MS - CLOCK_MS]
        machine.kill()
        print(f"  cut {cut + 1} of {CUTS}{' without a network' if away else ''}", flush=True)
        machine.boot()
        _await_active(stage)

    def missing():
        found, _ = _readings(stage, begun)
        values = {value for _, value in found}
        return [mark for mark in marks if mark[0] not in values], found

    # The backlog leaves after up to a minute, so that a fleet does not stampede.
    until(lambda: not missing()[0], 240, f"marked temperatures never arrived: {missing()[0]}", every_s=5)
    found, adrift = _readings(stage, begun)
    lost = [reading for reading in live_seen if reading not in found]
    gaps = [m.text for m in stage.observer.messages if m.at >= begun and m.topic == f"{DEVICE}/gap" and m.payload]
    check(not lost, f"{len(lost)} readings were live and never came as data (gaps told: {gaps}): {lost[:5]}")
    wrong = []
    ends = [marked_ms for _, marked_ms, _ in marks[1:]] + [_now_ms()]
    for (value, marked_ms, how), end_ms in zip(marks, ends):
        off = [at - marked_ms for at, seen in found if seen == value and not marked_ms - CLOCK_MS <= at <= end_ms + CLOCK_MS]
        if off:
            wrong.append((value, how, off[:4]))
    check(not wrong, f"times that are wrong, in ms after the mark: {wrong}")
    return (f"{CUTS} cuts: {len(marks)} marked temperatures and {len(live_seen)} live readings, all among {len(found)} that arrived as data, "
            f"{len(gaps)} gaps told, {len(adrift)} readings without a time of day")
