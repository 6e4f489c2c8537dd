"""The emulated Raspberry Pi 3B: tmp105 at 0x48 on I2C bus 1, one more at 0x49 behind a switch at 0x70, a ds1338 at 0x68; GPIO 17 an output."""

import json
import os
import re
import subprocess
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


def _await_active(stage, timeout_s=420):
    """Until the unit is active; its properties."""
    def active():
        state = stage.machine.properties("pipit", "ActiveState", "SubState", "Result", "MainPID", "NRestarts", "StatusText", "Type",
                                         "ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
        check(state["ActiveState"] != "failed", f"pipit.service failed: {state['Result']}")
        return state if state["ActiveState"] == "active" else None

    # Asking systemd costs the guest as much as starting a program does: the agent's own message says when it is worth it.
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        state = active()
        if state:
            return state
        asked = time.monotonic()
        try:
            stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "1" and not m.retained, 20, asked)
        except Failed:
            pass
    raise Failed(f"pipit.service does not become active (waited {timeout_s:.0f} s)")


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


def _alarm_id(stage, word):
    return next(m.topic for m in reversed(stage.observer.messages) if "/alarm/" in m.topic and word in m.topic + m.text).rsplit("/alarm/", 1)[1]


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
    stage.machine.sh("systemctl start pipit")
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
    stage.machine.sh("systemctl stop pipit")
    took = time.monotonic() - begun
    check(_gpio17(stage) == 0, "GPIO 17 is still high after systemctl stop")
    state = stage.machine.properties("pipit", "ActiveState", "Result", "ExecMainStatus", "ExecMainCode")
    check(state["Result"] == "success" and state["ExecMainStatus"] == "0" and state["ExecMainCode"] == "1",
          f"not a clean exit: {state}")
    stage.observer.wait(f"{DEVICE}/status", lambda m: m.text == "0", 10, begun)
    begun = time.monotonic()
    stage.machine.sh("systemctl start pipit")
    return f"stopped in {took:.1f} s; active again {time.monotonic() - begun:.1f} s after systemctl start"


def a_frozen_agent_is_ended_by_the_watchdog_and_started_again(stage):
    _switch(stage, 1)
    state = _await_active(stage)
    begun = time.monotonic()
    stage.machine.sh(f"kill -STOP {state['MainPID']}")

    def restarted():
        now = stage.machine.properties("pipit", "ActiveState", "MainPID", "NRestarts")
        return now if now["NRestarts"] != state["NRestarts"] and now["ActiveState"] == "active" and now["MainPID"] != state["MainPID"] else None

    until(restarted, 180, "no restart after SIGSTOP", every_s=2)
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


def readings_that_waited_for_the_broker_survive_a_kill_of_the_agent(stage):
    state = _await_active(stage)
    stage.broker.stop()
    _set_temperature(stage, 47.5)
    # Long enough for some readings, too short for any of them to move from memory to the card (10 s).
    time.sleep(6)
    stage.machine.sh(f"kill -KILL {state['MainPID']}")
    _set_temperature(stage, 5.5)
    stage.broker.start()
    begun = time.monotonic()

    def kept():
        times = [row[0] for m in list(stage.observer.messages) if m.at >= begun and m.topic == f"{DEVICE}/data"
                 for row in stage.observer.rows(m) if abs(row[1][0] - 47.5) < 0.07]
        return times if len(times) > 2 else None

    try:
        times = until(kept, 180, "what was read before the kill did not arrive", every_s=1)
    except Failed as e:
        came = [(round(m.at - begun), m.payload.hex(), stage.observer.rows(m)) for m in stage.observer.messages if m.topic == f"{DEVICE}/data"]
        raise Failed(f"{e}; on data came: {came}") from None
    check(len(set(times)) == len(times), f"a reading came twice: {times}")
    reset = json.loads(stage.observer.wait(f"{DEVICE}/info", lambda m: m.payload and not m.retained, 30, begun).text)["reset"]
    check(reset == "crash", f"the agent after the killed one says that it runs because of: {reset}")
    return f"{len(times)} readings, {time.monotonic() - begun:.0f} s after the broker is back"


def what_is_missing_or_taken_is_reported_and_stops_nothing_else(stage):
    # A bus that is not there, a chip that does not answer (its switch is open), a line that somebody else holds.
    machine = stage.machine
    machine.sh("cp -p /etc/pipit/pipit.yaml /root/pipit.yaml; i2cset -y 1 0x70 0")
    machine.sh("base=$(for c in /sys/class/gpio/gpiochip*; do grep -q pinctrl $c/label && cat $c/base; done); echo $((base + 22)) >/sys/class/gpio/export")
    broker = machine.sh("grep ^broker: /etc/pipit/pipit.yaml")
    try:
        machine.put("/tmp/pipit.yaml", f"""device: {{id: emulated}}
{broker}
sensors:
  outside: {{driver: lm75, bus: i2c-1, address: 0x48, every: 1s}}
  absent: {{driver: lm75, bus: i2c-1, address: 0x49, every: 1s}}
  nowhere: {{driver: lm75, bus: i2c-7, address: 0x48, every: 1s}}
actuators:
  relay: {{driver: digital-output, pin: 17, safe: off}}
  taken: {{driver: digital-output, pin: 22, safe: off}}
""")
        machine.sh("cat /tmp/pipit.yaml >/etc/pipit/pipit.yaml")
        begun = time.monotonic()
        machine.sh("systemctl restart pipit")
        said = [
            _await_alarm(stage, begun, ["absent"], 90).text,
            _await_alarm(stage, begun, ["nowhere"], 90).text,
        ]
        _set_temperature(stage, 27.0)
        _await_temperature(stage, 27.0, 30, begun)
        _switch(stage, 1)
        _switch(stage, 0)
        journal = machine.sh("journalctl -u pipit -b --no-pager -o cat -n 200")
        taken = [line for line in journal.splitlines() if "actuator taken" in line and "22" in line and "sysfs" in line]
        check(taken, f"the journal does not say which line is taken and by whom: {journal[-1500:]}")
        check("/dev/i2c-7" in said[1], f"the alarm does not name the bus: {said[1]}")
        # The chip appears, and goes again while it is read.
        begun = time.monotonic()
        _set_temperature(stage, -3.5, "removable")
        machine.sh("i2cset -y 1 0x70 1")
        appeared = _await_temperature(stage, -3.5, 120, begun, "absent").at - begun
        stage.observer.wait(f"{DEVICE}/alarm/" + _alarm_id(stage, "absent"), lambda m: not m.payload, 30, begun, "no cleared alarm")
        begun = time.monotonic()
        machine.sh("i2cset -y 1 0x70 0")
        gone = _await_alarm(stage, begun, ["absent"], 60)
        _set_temperature(stage, 28.0)
        _await_temperature(stage, 28.0, 30, begun)
        state = machine.properties("pipit", "ActiveState", "NRestarts")
        check(state == {"ActiveState": "active", "NRestarts": "0"}, f"the unit did not just go on: {state}")
    finally:
        machine.sh("cat /root/pipit.yaml >/etc/pipit/pipit.yaml; for g in /sys/class/gpio/gpio[0-9]*; do echo ${g##*gpio} >/sys/class/gpio/unexport; done; "
                   "systemctl restart pipit")
    return (f"absent chip: {said[0]}; missing bus: {said[1]}; taken line: {taken[-1]}; chip read {appeared:.1f} s after it appeared; "
            f"its removal reported after {gone.at - begun:.1f} s: {gone.text}")


def without_rights_the_error_names_the_file_its_group_and_the_remedy(stage):
    machine = stage.machine
    begun = time.monotonic()
    try:
        # A bus whose file belongs to another group: as on a system without the udev rules.
        machine.sh("systemctl stop pipit; chgrp dialout /dev/i2c-1; systemctl start pipit")
        alarm = _await_alarm(stage, begun, ["outside"], 60)
        said = machine.sh("journalctl -u pipit -b --no-pager -o cat -n 60") + alarm.text
        for word in ("/dev/i2c-1", "dialout", "usermod"):
            check(word in said, f"nothing names {word}: {said[-1200:]}")
    finally:
        machine.sh("chgrp i2c /dev/i2c-1")
    _set_temperature(stage, 29.5)
    back = _await_temperature(stage, 29.5, 120, begun).at - begun
    line = next(line for line in said.splitlines() if "dialout" in line)
    return f"{line}; read again by itself after rights were given ({back:.0f} s)"


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


@slow
def deploy_install_checks_first_and_shows_the_first_reading(stage):
    machine = stage.machine
    key = os.path.join(stage.work, "key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    machine.sh("install -d -o pi -g pi -m 700 /home/pi/.ssh")
    with open(key + ".pub") as f:
        machine.put("/home/pi/.ssh/authorized_keys", f.read(), "644")
    # A locked account, as sysusers makes it, may not log in even with a key.
    machine.sh("sed -i 's/^pi:[^:]*:/pi:*:/' /etc/shadow")
    machine.sh("mkdir -p /run/sshd && setsid /usr/sbin/sshd -o PidFile=/run/sshd.pid")
    install = [os.path.join(stage.project, "deploy/install"), "--port", str(stage.ssh_port), "--identity", key]
    environment = dict(os.environ, PIPIT_SSH_OPTIONS="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR")
    wrong = os.path.join(stage.work, "wrong.yaml")
    with open(wrong, "w") as f:
        f.write("device: {id: emulated}\nactuators:\n  relay: {driver: digital-output, pin: 17}\n")
    refused = subprocess.run([*install, "pi@127.0.0.1", wrong], env=environment, capture_output=True, text=True, timeout=300)
    check(refused.returncode == 78, f"a wrong configuration ended with {refused.returncode}: {refused.stdout}{refused.stderr}")
    # As a device that never saw pipit.
    machine.sh("systemctl disable --now -q pipit; rm -rf /usr/lib/pipit /etc/pipit /usr/lib/systemd/system/pipit.service /usr/lib/udev/rules.d/60-pipit.rules")
    _set_temperature(stage, 23.5)
    begun = time.monotonic()
    done = subprocess.run([*install, "--metered", "pi@127.0.0.1", os.path.join(stage.work, "pipit.yaml")], env=environment, capture_output=True, text=True, timeout=600)
    took = time.monotonic() - begun
    machine.sh("kill $(cat /run/sshd.pid)", fails=True)
    check(done.returncode == 0, f"deploy/install ended with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    check("23.5" in done.stdout, f"the reading shown is not the sensor's: {done.stdout}")
    _await_active(stage)
    timestamps = machine.sh("cat /proc/sys/net/ipv4/tcp_timestamps").strip()
    check(timestamps == "0", f"installed for a metered link, but tcp_timestamps is {timestamps}")
    return f"{took:.0f} s; {done.stdout.strip().splitlines()[-1]}"
