"""The emulated Raspberry Pi 3B: tmp105 at 0x48 on I2C bus 1, one more at 0x49 behind a switch at 0x70, a ds1338 at 0x68; GPIO 17 an output."""

import json
import re
import time

from machine import Failed, check, slow, until

DEVICE = "pipit/emulated"
GPLEV0 = 0x3F200034  # BCM2835 ARM Peripherals, 6.1: the level of each pin, bit = BCM number


# --- what the scenarios say in common


def _set_temperature(stage, celsius, sensor="outside"):
    stage.machine.qmp("qom-set", path=f"/machine/peripheral/{sensor}", property="temperature", value=round(celsius * 1000))


def _gpio17(stage):
    return stage.machine.word(GPLEV0) >> 17 & 1


def _send(stage, value, actuator="relay"):
    stage.observer.publish(f"{DEVICE}/command/{actuator}", value)


def _await_active(stage, timeout_s=240):
    """Until the unit is active; its properties."""
    def active():
        state = stage.machine.properties("pipit", "ActiveState", "SubState", "Result", "MainPID", "NRestarts", "StatusText", "Type",
                                         "ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        check(state["ActiveState"] != "failed", f"pipit.service failed: {state['Result']}")
        return state if state["ActiveState"] == "active" else None

    return until(active, timeout_s, "pipit.service does not become active", every_s=1)


def _await_temperature(stage, celsius, timeout_s=30, since=0.0, sensor="outside"):
    """The first live message with this temperature."""
    def matches(message):
        reading = stage.observer.reading(message)
        return reading and any(isinstance(v, float | int) and abs(v - celsius) < 0.07 for v in reading[2].values())

    return stage.observer.wait(f"{DEVICE}/live/{sensor}", matches, timeout_s, since, f"no reading of {celsius} Cel")


def _switch(stage, on, timeout_s=20):
    """Sends on or off until the pin follows (the agent may be reconnecting); seconds from the last command to the pin."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        sent = time.monotonic()
        _send(stage, "on" if on else "off")
        while time.monotonic() < min(end, sent + 5):
            if _gpio17(stage) == on:
                return time.monotonic() - sent
            time.sleep(0.01)
    raise Failed(f"GPIO 17 is not {on} within {timeout_s} s of commands")


def _await_alarm(stage, since, words, timeout_s=60):
    """The first raised alarm whose text has all these words; the topic says which."""
    def raised():
        for m in list(stage.observer.messages):
            if m.at >= since and m.topic.startswith(f"{DEVICE}/alarm/") and m.payload and all(w in (m.topic + m.text) for w in words):
                return m
        return None

    try:
        return until(raised, timeout_s, "")
    except Failed as e:
        seen = [f"{m.topic}: {m.text}" for m in stage.observer.messages if "/alarm/" in m.topic][-5:]
        raise Failed(f"no alarm with {words}{e}; alarms: {seen}") from None


def _figures(stage, pid):
    """Resident and private memory of the agent in MB, and its processor seconds."""
    rollup = stage.machine.sh(f"cat /proc/{pid}/smaps_rollup")
    kb = {name: int(value) for name, value in re.findall(r"^(\w+): +(\d+) kB", rollup, re.M)}
    ticks = stage.machine.sh(f"cat /proc/{pid}/stat").rsplit(")", 1)[1].split()
    threads = stage.machine.sh(f"ls /proc/{pid}/task | wc -l")
    return (f"resident {kb['Rss'] / 1024:.1f} MB, private dirty {kb['Private_Dirty'] / 1024:.1f} MB, {threads} threads, "
            f"processor {(int(ticks[11]) + int(ticks[12])) / 100:.1f} s (emulated)")


# --- the scenarios


def the_unit_becomes_active_by_its_own_notification(stage):
    state = _await_active(stage)
    check(state["Type"] == "notify", f"the unit is of type {state['Type']}, so systemd does not wait for a notification")
    check(state["NRestarts"] == "0", f"it took {state['NRestarts']} restarts")
    took = (int(state["ActiveEnterTimestampMonotonic"]) - int(state["ExecMainStartTimestampMonotonic"])) / 1e6
    check(took > 0, "active before the process could have notified")
    user = stage.machine.sh(f"ps -o user= -p {state['MainPID']}")
    check(user == "pipit", f"it runs as {user}")
    return f"{stage.machine.up_s():.0f} s after power, {took:.1f} s from the process's start to READY=1; {_figures(stage, state['MainPID'])}"


def telemetry_follows_the_emulated_sensor(stage):
    stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "1", 60)
    took = []
    for celsius in (21.5, -7.5, 64.5):
        begun = time.monotonic()
        _set_temperature(stage, celsius)
        took.append(_await_temperature(stage, celsius, since=begun).at - begun)
    return "a change outside is in a message after " + ", ".join(f"{t:.2f}" for t in took) + " s (period 1 s)"


def a_command_raises_gpio_17_in_the_chips_register_within_a_second(stage):
    check(_gpio17(stage) == 0, "GPIO 17 is high before any command")
    begun = time.monotonic()
    _send(stage, "on")
    until(lambda: _gpio17(stage) == 1, 1.0, "GPIO 17 did not rise", every_s=0.005)
    raised = time.monotonic() - begun
    stage.observer.wait(f"{DEVICE}/state/relay", lambda m: m.text == "on", 10, begun)
    begun = time.monotonic()
    _send(stage, "off")
    until(lambda: _gpio17(stage) == 0, 1.0, "GPIO 17 did not fall", every_s=0.005)
    fell = time.monotonic() - begun
    stage.observer.wait(f"{DEVICE}/state/relay", lambda m: m.text == "off", 10, begun)
    return f"up after {raised * 1000:.0f} ms, down after {fell * 1000:.0f} ms, each with starting mosquitto_pub"


def a_retained_command_moves_nothing(stage):
    # A retained message set while the agent is connected arrives without the flag; so it is set first, and the agent is started after.
    _send(stage, "off")
    stage.machine.sh("systemctl stop pipit")
    stage.observer.publish(f"{DEVICE}/command/relay", "on", "-r")
    begun = time.monotonic()
    stage.machine.sh("systemctl start pipit", 240)
    stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "1", 60, begun)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        check(_gpio17(stage) == 0, "the retained command raised GPIO 17")
        time.sleep(0.05)
    stage.observer.publish(f"{DEVICE}/command/relay", "", "-r")


def readings_and_commands_go_on_after_the_broker_was_stopped_and_started(stage):
    stage.broker.stop()
    time.sleep(5)
    stage.broker.start()
    begun = time.monotonic()
    _set_temperature(stage, 33.0)
    back = _await_temperature(stage, 33.0, 90, begun).at - begun
    rose = _switch(stage, 1)
    _switch(stage, 0)
    return f"readings {back:.1f} s after the broker is back, a command within {rose * 1000:.0f} ms"


def stopping_the_unit_leaves_the_output_safe(stage):
    _switch(stage, 1)
    begun = time.monotonic()
    stage.machine.sh("systemctl stop pipit", 60)
    took = time.monotonic() - begun
    check(_gpio17(stage) == 0, "GPIO 17 is still high after systemctl stop")
    state = stage.machine.properties("pipit", "ActiveState", "Result", "ExecMainStatus", "ExecMainCode")
    check(state["Result"] == "success" and state["ExecMainStatus"] == "0" and state["ExecMainCode"] == "1",
          f"not a clean exit: {state}")
    stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "0", 10, begun)
    begun = time.monotonic()
    stage.machine.sh("systemctl start pipit", 240)
    return f"stopped in {took:.1f} s; active again {time.monotonic() - begun:.1f} s after systemctl start"


def a_frozen_agent_is_ended_by_the_watchdog_and_started_again(stage):
    _switch(stage, 1)
    state = _await_active(stage)
    begun = time.monotonic()
    stage.machine.sh(f"kill -STOP {state['MainPID']}")

    def restarted():
        now = stage.machine.properties("pipit", "ActiveState", "MainPID", "NRestarts")
        return now if now["NRestarts"] != state["NRestarts"] and now["ActiveState"] == "active" and now["MainPID"] != state["MainPID"] else None

    until(restarted, 180, "no restart after SIGSTOP", every_s=1)
    took = time.monotonic() - begun
    check(stage.machine.sh("journalctl -u pipit -b --no-pager -o cat | grep -c -i watchdog") != "0", "the journal says nothing of the watchdog")
    check(_gpio17(stage) == 0, "GPIO 17 is not safe after the restart")
    _set_temperature(stage, 12.0)
    _await_temperature(stage, 12.0, 60, begun)
    return f"active again {took:.0f} s after SIGSTOP, output safe"


def a_killed_agent_is_started_again_and_its_will_arrives(stage):
    _switch(stage, 1)
    state = _await_active(stage)
    begun = time.monotonic()
    stage.machine.sh(f"kill -KILL {state['MainPID']}")
    will = stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "0", 30, begun).at - begun
    until(lambda: stage.machine.properties("pipit", "ActiveState", "MainPID")["ActiveState"] == "active" and _gpio17(stage) == 0, 120,
          "no restart with a safe output", every_s=0.5)
    took = time.monotonic() - begun
    stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "1", 60, begun)
    return f"will after {will:.1f} s, active and safe after {took:.1f} s"


def the_machine_killed_and_booted_again_on_the_same_card_works(stage):
    _switch(stage, 1)
    stage.machine.kill()
    begun = time.monotonic()
    stage.machine.boot()
    state = _await_active(stage)
    check(_gpio17(stage) == 0, "GPIO 17 is not safe after the boot")
    active = time.monotonic() - begun
    _set_temperature(stage, 18.5)
    _await_temperature(stage, 18.5, 90, begun)
    first = time.monotonic() - begun
    rose = _switch(stage, 1)
    _switch(stage, 0)
    return f"active {active:.0f} s and first reading {first:.0f} s after power, a command within {rose * 1000:.0f} ms; {_figures(stage, state['MainPID'])}"
