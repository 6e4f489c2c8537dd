"""mqtt-io itself with one output, as `python -m mqtt_io CONFIG` starts it. Usage: mqtt_io_daemon.py PORT. Prints a line when the pin has changed.

Its GPIO module is one of ours, in memory, where a Pi has `raspberrypi` or `gpiod`: what is measured is mqtt-io, not a driver. `set_pin` runs in the
executor that mqtt-io gives every module. Logging is off, which makes it faster than its default."""

import sys
import tempfile
import types

from mqtt_io.modules.gpio import GenericGPIO


class GPIO(GenericGPIO):
    level = False

    def setup_module(self):
        pass

    def setup_pin(self, pin, direction, pullup, pin_config, initial=None):
        pass

    def set_pin(self, pin, value):
        if self.level != value:
            self.level = value
            sys.stdout.write(f"pin {pin} = {int(value)}\n")
            sys.stdout.flush()

    def get_pin(self, pin):
        return self.level


module = types.ModuleType("mqtt_io.modules.gpio.inmemory")
module.GPIO = GPIO
sys.modules[module.__name__] = module

CONFIG = """
mqtt: {host: 127.0.0.1, port: PORT, topic_prefix: pipit/bench}
logging: {version: 1, root: {level: CRITICAL}}
gpio_modules: [{name: board, module: inmemory}]
digital_outputs: [{name: relay, module: board, pin: 27, on_payload: "ON", off_payload: "OFF"}]
"""

with tempfile.NamedTemporaryFile("w", suffix=".yml") as config:
    config.write(CONFIG.replace("PORT", sys.argv[1]))
    config.flush()
    sys.argv[1] = config.name
    from mqtt_io.__main__ import main

    main()
