"""The x86 machine: lines of gpio-sim (real edge interrupts, pulls), and a CP2112 bridge whose chips and faults are ours."""

import re
import time

from machine import check, until

SIM = "/sys/devices/platform/gpio-sim.0/gpiochip*"


def _transfer(stage, bus, *words):
    """i2ctransfer's output; what it printed when it failed."""
    return stage.machine.sh(f"i2ctransfer -y {bus} {' '.join(words)}", 60, fails=True)


def _bus(stage):
    return until(lambda: stage.machine.sh("grep -l CP2112 /sys/class/i2c-dev/i2c-*/name | sed 's/.*i2c-\\([0-9]*\\)\\/name/\\1/'", fails=True), 60,
                 "the bridge's bus does not appear", every_s=1)


def the_kernel_has_a_chip_with_pulls_and_a_bus_with_faults(stage):
    # Before pipit is looked at: that what it will be tried on works.
    machine, bridge = stage.machine, stage.bridge
    until(lambda: machine.sh("systemctl is-active bridge-i2c bridge-gpio", fails=True).split() == ["active", "active"], 90,
          "the simulated bridge or chip does not come up", every_s=1)
    label = machine.sh(f"ls {SIM}/sim_gpio5/pull >/dev/null && cat /sys/class/gpio/*/label")
    bus = _bus(stage)
    bridge.say("chip 48 2")
    bridge.say("set 48 0 19 80")
    check(_transfer(stage, bus, "w1@0x48", "0", "r2") == "0x19 0x80", "the bridge's chip does not answer with its register")
    seen = {}
    for fault in ("hang", "lost", "held", "short", "silent"):
        bridge.say(f"fault {fault}")
        begun = time.monotonic()
        seen[fault] = f"{re.sub(r'.*: ', '', _transfer(stage, bus, 'w1@0x48', '0', 'r2'))} after {time.monotonic() - begun:.2f} s"
        bridge.say("fault none")
    bridge.say("remove 48")
    seen["removed"] = re.sub(r".*: ", "", _transfer(stage, bus, "w1@0x48", "0", "r2"))
    bridge.say("chip 48 2")
    bridge.say("busy 5")
    check(_transfer(stage, bus, "w1@0x48", "0", "r2") == "0x19 0x80", "a transfer does not survive a chip that stretches the clock")
    bridge.say("busy 0")
    check(all("0x19" not in text for text in seen.values()), f"a fault was not seen: {seen}")
    return f"labels {label.split()}, bus i2c-{bus}; " + "; ".join(f"{k}: {v}" for k, v in seen.items())
