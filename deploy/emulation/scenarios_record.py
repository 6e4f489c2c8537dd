"""Records the kernel's own files of the emulated machine, as fixtures for the drivers that read them (sensor-drivers/src/test/resources/recorded)."""

import io
import os
import socket
import tarfile
import threading

from machine import check, until
from scenarios_pi import _set_temperature

# What the drivers below dev.pipit.driver.kernel and the device tree's reader look at. Links are followed: a fixture is files.
FILES = """
/sys/class/hwmon/*/name /sys/class/hwmon/*/*_input /sys/class/hwmon/*/*_max /sys/class/hwmon/*/*_crit
/sys/class/thermal/thermal_zone*/type /sys/class/thermal/thermal_zone*/temp
/sys/bus/iio/devices/iio:device*/name /sys/bus/iio/devices/iio:device*/in_*
/sys/class/pwm/pwmchip*/npwm /sys/class/gpio/gpiochip*/label /sys/class/gpio/gpiochip*/base /sys/class/gpio/gpiochip*/ngpio
/proc/uptime /proc/loadavg /proc/meminfo /proc/net/wireless
/proc/device-tree/model /proc/device-tree/aliases/*
"""


def the_kernels_files_are_recorded(stage):
    check(stage.out, "--out DIR is missing")
    machine = stage.machine
    # The agent stays out of it, whatever it was doing.
    until(lambda: machine.sh("[ ! -e /dev/i2c-1 ] || systemctl is-active multi-user.target", fails=True) == "active", 420, "the guest does not finish booting", every_s=5)
    machine.sh("systemctl stop pipit")
    _set_temperature(stage, 21.5)
    # Kernel drivers for the chips on the bus: hwmon's lm75 at the tmp105, iio's st_magn at the magnetometer.
    said = machine.sh("cd /sys/bus/i2c/devices/i2c-1; modprobe lm75; echo tmp105 0x48 >new_device; modprobe st_magn_i2c && echo lsm303dlhc_magn 0x1e >new_device; "
                      "sleep 3; ls /sys/bus/iio/devices /sys/class/hwmon", fails=True)
    received = io.BytesIO()
    server = socket.create_server(("127.0.0.1", 0))

    def receive():
        connection, _ = server.accept()
        while chunk := connection.recv(65536):
            received.write(chunk)

    thread = threading.Thread(target=receive)
    thread.start()
    # Files of sysfs say 4096 bytes and have fewer: copied first.
    machine.put("/tmp/record", f"""cd /tmp; rm -rf recorded; mkdir recorded
users=$(find -L /proc/device-tree -maxdepth 4 -name pinctrl-0 | sed 's,/[^/]*$,,')
for f in {' '.join(FILES.split())} $(for u in $users; do echo $u/pinctrl-0 $u/status $u/gpio-controller; done) $(find -L /proc/device-tree/soc/gpio@* -name phandle -o -name brcm,pins); do
  [ -f "$f" ] || continue
  mkdir -p "recorded$(dirname "$f")"; cat "$f" >"recorded$f" 2>/dev/null || rm -f "recorded$f"
done
tar -C recorded -cf - . >/dev/tcp/10.0.2.2/{server.getsockname()[1]}""", "755")
    machine.sh("bash /tmp/record; cd /sys/bus/i2c/devices/i2c-1; echo 0x48 >delete_device; echo 0x1e >delete_device", fails=True)
    thread.join(30)
    machine.sh("systemctl start pipit")
    received.seek(0)
    with tarfile.open(fileobj=received) as archive:
        archive.extractall(stage.out, filter="data")
    count = sum(len(files) for _, _, files in os.walk(stage.out))
    check(count > 20, f"only {count} files were recorded")
    return f"{count} files in {stage.out}; {said.split()}"
