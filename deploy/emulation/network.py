"""The broker on the host's loopback, what arrives at it, and flat frames decoded with their schema (telemetry: flat frame)."""

import json
import os
import subprocess
import sys
import threading
import time

from machine import check, until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "decoders"))
from pipit_decoder import decode


class Broker:
    """A mosquitto that the guest reaches as 10.0.2.2."""

    def __init__(self, tools, work, port):
        self._mosquitto = os.path.join(tools, "mosquitto")
        self._work = work
        self.port = port
        self._process = None
        with open(os.path.join(work, "mosquitto.conf"), "w") as f:
            f.write(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type all\nlog_timestamp_format %H:%M:%S\n")

    def start(self):
        self._log = open(os.path.join(self._work, "mosquitto.log"), "a")
        self._process = subprocess.Popen([self._mosquitto, "-c", os.path.join(self._work, "mosquitto.conf")], stdout=self._log, stderr=subprocess.STDOUT)
        time.sleep(0.3)
        check(self._process.poll() is None, f"mosquitto does not start: see {self._work}/mosquitto.log")

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


class Message:
    def __init__(self, at, retained, topic, payload):
        self.at = at  # monotonic seconds on the host
        self.retained = retained
        self.topic = topic
        self.payload = payload

    @property
    def text(self):
        return self.payload.decode("utf-8", "replace")


class Observer:
    """Everything below pipit/, as it arrives."""

    def __init__(self, tools, port):
        self._tools = tools
        self._port = port
        self.messages = []
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [os.path.join(self._tools, "mosquitto_sub"), "-h", "127.0.0.1", "-p", str(self._port), "-q", "1", "-t", "pipit/#", "-F", "%r %t %x"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _listen(self, process):
        for line in process.stdout:
            retained, topic, payload = line.rstrip("\n").split(" ", 2)
            self.messages.append(Message(time.monotonic(), retained == "1", topic, bytes.fromhex(payload)))

    def publish(self, topic, payload, *options):
        subprocess.run([os.path.join(self._tools, "mosquitto_pub"), "-h", "127.0.0.1", "-p", str(self._port), "-t", topic, "-m", payload, "-q", "1", *options], check=True)

    def wait(self, topic, accept=lambda message: True, timeout_s=60, since=0.0, what=None):
        """The first message on this topic, not older than since, that accept() takes."""
        def find():
            for message in list(self.messages):
                if message.at >= since and message.topic == topic and accept(message):
                    return message
            return None

        def sentence():
            last = [m for m in self.messages if m.topic == topic][-3:]
            return f"{what or 'no such message'} on {topic}; the last there: " + (", ".join(f"{m.text!r}" for m in last) or "none")

        try:
            return until(find, timeout_s, "")
        except Exception as e:
            raise type(e)(sentence() + str(e)) from None

    def latest(self, topic):
        return next((m for m in reversed(self.messages) if m.topic == topic), None)

    # --- telemetry

    def schema(self, device, number):
        message = self.latest(f"pipit/{device}/schema/{number}")
        return json.loads(message.text) if message and message.payload else None

    def rows(self, message):
        """What a frame on data holds, as [time in ms, [value or None, ...]] in units; nothing without its schema."""
        schema = self.schema(message.topic.split("/")[1], message.payload[1])
        if schema is None:
            return []
        scales = [channel["q"] for channel in schema["ch"]]
        return [[time_ms, [v * q if isinstance(v, int) else None for v, q in zip(values, scales)]]
                for time_ms, values in decode(json.dumps(schema), message.payload)]

    def reading(self, message):
        """A flat frame as (time in ms, whether the clock was synchronised, {channel: value or reason}), or None without its schema."""
        frame = message.payload
        check(frame[0] >> 4 == 0b1101 and frame[0] & 1 == 0, f"not a flat frame: {frame.hex()}")
        schema = self.schema(message.topic.split("/")[1], frame[1])
        if schema is None:
            return None
        at, values = 8, {}
        for channel in schema["ch"]:
            width = channel["w"]
            number = int.from_bytes(frame[at:at + width], "big", signed=True)
            reason = number + (1 << (8 * width - 1))
            values[channel["n"]] = ("not sampled", "read error", "checksum error", "under range", "over range", "stale", "warming up", "other")[reason] \
                if reason < 8 else number * channel["q"]
            at += width
        check(len(frame) == at + (2 if frame[0] & 4 else 0), f"a flat frame of {len(frame)} bytes where its schema says {at}: {frame.hex()}")
        return int.from_bytes(frame[2:8], "big"), frame[0] & 8 == 0, values
