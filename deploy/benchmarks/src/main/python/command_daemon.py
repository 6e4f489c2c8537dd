"""A command daemon as Python ones are built: paho's network thread, an asyncio loop, the output set in an executor, the answer published after it.

Not mqtt-io itself, but its path for one command (message -> queue of the loop -> executor -> set the pin -> publish), without its configuration,
checks and logging, and without Nagle's algorithm, which mqtt-io's client leaves on: a lower bound for it. Usage: command_daemon.py PORT. Prints a line when the pin has changed."""

import asyncio
import json
import socket
import sys

import paho.mqtt.client as mqtt

BASE = "pipit/bench/"


class Pin:
    level = 0

    def set(self, value):
        if self.level != value:
            self.level = value
            sys.stdout.write(f"pin 27 = {value}\n")
            sys.stdout.flush()


async def main(port):
    loop = asyncio.get_running_loop()
    commands = asyncio.Queue()
    pin = Pin()
    try:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, client_id="daemon")
    except AttributeError:
        client = mqtt.Client(client_id="daemon")
    client.on_message = lambda _, __, message: loop.call_soon_threadsafe(commands.put_nowait, message)
    client.on_socket_open = lambda _, __, opened: opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.connect("127.0.0.1", port)
    client.subscribe(BASE + "command/relay", qos=1)
    client.loop_start()
    while True:
        message = await commands.get()
        command = json.loads(message.payload)
        await loop.run_in_executor(None, pin.set, 1 if command["value"] == "on" else 0)
        client.publish(BASE + "response", json.dumps({"answer": "ok", "value": command["value"], "id": command["id"]}), qos=1)


asyncio.run(main(int(sys.argv[1])))
