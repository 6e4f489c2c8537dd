"""Runs scenarios against one emulated machine. Started by deploy/emulate, which builds what it needs.

A scenario is a function in scenarios_MACHINE.py (or scenarios_NAME.py with --scenarios NAME); its name is the sentence that it proves. It takes the Stage, raises Failed,
and may return what it measured. They run in the order they stand in; one that fails does not keep the next from running."""

import argparse
import importlib
import inspect
import os
import re
import sys
import time
import traceback

from machine import Bridge, Failed, Machine
from network import Broker, Observer


class Stage:
    """What a scenario acts on."""

    def __init__(self, arguments):
        self.machine = Machine(arguments.command, arguments.work)
        self.broker = Broker(arguments.tools, arguments.work, arguments.port)
        self.observer = Observer(arguments.tools, arguments.port)
        self.bridge = Bridge(arguments.work)
        self.work = arguments.work
        self.ssh_port = arguments.ssh_port
        self.project = arguments.project
        self.out = arguments.out


def scenarios_of(module):
    found = [f for name, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__ and not name.startswith("_")]
    return sorted(found, key=lambda f: f.__code__.co_firstlineno)


def sentence(scenario):
    return scenario.__name__.replace("_", " ")


def main():
    parser = argparse.ArgumentParser()
    for name in ("machine", "tools", "work", "project", "out"):
        parser.add_argument("--" + name)
    parser.add_argument("--port", type=int)
    parser.add_argument("--ssh-port", type=int)
    parser.add_argument("--scenarios", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--shell", action="store_true")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()

    modules = [importlib.import_module("scenarios_" + name) for name in (arguments.scenarios or arguments.machine).split(",")]
    scenarios = [s for module in modules for s in scenarios_of(module) if re.search(arguments.only, sentence(s)) and not (arguments.fast and getattr(s, "slow", False))]
    if arguments.list:
        for s in scenarios:
            print(f"  {sentence(s)}{'  (slow)' if getattr(s, 'slow', False) else ''}")
        return 0

    stage = Stage(arguments)
    started = time.monotonic()
    failed = []
    try:
        stage.broker.start()
        stage.observer.start()
        print(f"booting the emulated {arguments.machine}: a minute or two ...", flush=True)
        print(f"  root shell after {stage.machine.boot():.0f} s", flush=True)
        if arguments.shell:
            return shell(stage)
        for scenario in scenarios:
            begun = time.monotonic()
            print(f"{sentence(scenario)} ...", flush=True)
            try:
                measured = scenario(stage)
                print(f"  ok in {time.monotonic() - begun:.1f} s{': ' + measured if measured else ''}", flush=True)
            except Exception as e:  # a scenario's own mistake counts as its failure
                failed.append(sentence(scenario))
                print(f"  FAILED after {time.monotonic() - begun:.1f} s: {e if isinstance(e, Failed) else traceback.format_exc()}", flush=True)
                explain(stage)
    except Failed as e:
        failed.append("boot")
        print(f"FAILED: {e}")
    finally:
        stage.machine.kill()
        stage.observer.stop()
        stage.broker.stop()
    print(f"{time.monotonic() - started:.0f} s, of them {stage.machine.processor_s():.0f} s of this machine's processors for the emulator")
    print(f"{arguments.machine}: {len(scenarios) - len(failed)} of {len(scenarios)} scenarios passed" + "".join(f"\n  failed: {f}" for f in failed))
    return 1 if failed else 0


def explain(stage):
    """The guest's own view, for whoever reads the log of a failure."""
    try:
        print("\n".join("    | " + line for line in stage.machine.sh(
            "systemctl status pipit --no-pager -n 25 -l | cut -c1-220", 60, fails=True).splitlines()), flush=True)
        stage.machine.sh("systemctl reset-failed pipit; systemctl is-active pipit || systemctl restart pipit", 120, fails=True)
    except Failed as e:
        print(f"    | the guest does not answer: {e}")


def shell(stage):
    print(f"a root shell in the guest, line by line; broker on port {stage.broker.port}; files in {stage.work}; end with Ctrl-D")
    for line in sys.stdin:
        try:
            print(stage.machine.sh(line.rstrip("\n"), 600, fails=True), flush=True)
        except Failed as e:
            print(e, flush=True)
    return 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    sys.exit(main())
