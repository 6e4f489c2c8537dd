"""One emulated machine: QEMU's process, the root shell on its serial line, and the window into its hardware (QMP)."""

import json
import os
import re
import socket
import subprocess
import threading
import time


class Failed(Exception):
    """A scenario's expectation that did not hold, in a sentence."""


def slow(scenario):
    """Marks a scenario that --fast leaves out."""
    scenario.slow = True
    return scenario


def check(condition, sentence):
    if not condition:
        raise Failed(sentence)


def until(probe, timeout_s, sentence, every_s=0.05):
    """The first true value of probe(), or Failed with the sentence after timeout_s."""
    end = time.monotonic() + timeout_s
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"{sentence} (waited {timeout_s:.0f} s)")
        time.sleep(every_s)


class Machine:
    """Started by boot(), ended like a power cut by kill(); may be booted again on the same card."""

    def __init__(self, command, work):
        self._command = command
        self._work = work
        self._qmp_path = os.path.join(work, "qmp")
        self._process = None
        self._boots = 0
        self._processor_s = 0.0

    # --- life

    def boot(self, timeout_s=600):
        """Returns the seconds from power to a root shell."""
        for attempt in range(3):
            self._power()
            # On a busy machine a guest's kernel was seen to stop before its first word, with both processors asleep.
            if attempt == 2 or self._says_something(180):
                break
            print("  not a word on the console in 180 s: power off and on", flush=True)
            self.kill()
        self._await_shell(timeout_s)
        return self.up_s()

    def _says_something(self, timeout_s):
        try:
            self._expect(r"\S", timeout_s)
            return True
        except Failed:
            return self._process.poll() is not None

    def _power(self):
        self._boots += 1
        self._text = ""
        self._read_to = 0
        self._commands = 0
        self._news = threading.Condition()
        self._qmp = None
        if os.path.exists(self._qmp_path):
            os.unlink(self._qmp_path)
        self._begun = time.monotonic()
        log = open(os.path.join(self._work, f"console-{self._boots}.log"), "w", buffering=1)
        self._process = subprocess.Popen(
            self._command + ["-qmp", f"unix:{self._qmp_path},server=on,wait=off"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
        threading.Thread(target=self._listen, args=(self._process, log), daemon=True).start()

    def kill(self):
        """Ends the emulator at once: for the guest, a power cut."""
        if self._process is not None:
            self._processor_s = self.processor_s()
            self._process.kill()
            self._process.wait()
            self._process = None
            if self._qmp:
                self._qmp.close()

    def up_s(self):
        return time.monotonic() - self._begun

    def _listen(self, process, log):
        at_line_start = True
        while True:
            chunk = process.stdout.read(4096)
            if not chunk:
                break
            text = chunk.decode("utf-8", "replace").replace("\r", "")
            for piece in text.splitlines(keepends=True):
                if at_line_start:
                    log.write(f"{time.monotonic() - self._begun:8.2f} ")
                log.write(piece)
                at_line_start = piece.endswith("\n")
            with self._news:
                self._text += text
                self._news.notify_all()
        log.close()

    # --- the serial line

    def _await_shell(self, timeout_s):
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self._type("echo '<<'shell'>>'\n")
            try:
                self._expect(r"<<shell>>", 5)
                # A line typed too early may be answered late.
                time.sleep(0.3)
                self.sh("true")
                return
            except Failed:
                check(self._process.poll() is None, f"the emulator ended by itself: {self._text[-1500:]}")
                check("Kernel panic" not in self._text and "EMULATION: " not in self._text.replace("EMULATION: handing", ""),
                      f"the guest cannot boot: {self._text[-1500:]}")
        raise Failed(f"no root shell after {timeout_s} s; the console's end: {self._text[-1500:]}")

    def _type(self, text):
        self._process.stdin.write(text.encode())

    def _expect(self, pattern, timeout_s):
        end = time.monotonic() + timeout_s
        expression = re.compile(pattern, re.S)
        with self._news:
            while True:
                found = expression.search(self._text, self._read_to)
                if found:
                    self._read_to = found.end()
                    return found
                left = end - time.monotonic()
                if left <= 0 or self._process.poll() is not None:
                    raise Failed(f"no answer on the console within {timeout_s:.0f} s; its end: {self._text[-800:]}")
                self._news.wait(min(left, 1))

    def sh(self, command, timeout_s=300, fails=False):
        """What the command printed, as root in the guest. Failed when it does not end with 0, unless fails is set."""
        self._commands += 1
        number = self._commands
        self._type(f"{{ {command}\n}} </dev/null 2>&1; echo '<<'{number}:$?'>>'\n")
        found = self._expect(rf"(.*?)<<{number}:(\d+)>>\n", timeout_s)
        text = re.sub(r"^(<<shell>>\n)+", "", found.group(1))
        check(fails or found.group(2) == "0", f"in the guest, `{command}` ended with {found.group(2)}: {text.strip()[-1500:]}")
        return text.strip()

    def put(self, path, content, mode="644"):
        """A small text file in the guest."""
        self.sh(f"cat >{path} <<'_END_'\n{content.rstrip()}\n_END_\nchmod {mode} {path}")

    def properties(self, unit, *names):
        """systemctl show, as a dictionary."""
        # While it boots, systemd may answer later than systemctl waits.
        text = until(lambda: self.sh(f"systemctl show {unit} -p {','.join(names)} || true", 300, fails=True).replace("Failed to get properties: Connection timed out", "").strip(),
                     180, f"systemctl show {unit} gives nothing")
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("Failed"))

    # --- the hardware, from outside

    def qmp(self, execute, **arguments):
        if self._qmp is None:
            self._qmp = socket.socket(socket.AF_UNIX)
            self._qmp.settimeout(20)
            self._qmp.connect(self._qmp_path)
            self._qmp_file = self._qmp.makefile("r")
            self._qmp_file.readline()
            self.qmp("qmp_capabilities")
        self._qmp.sendall(json.dumps({"execute": execute, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self._qmp_file.readline())
            if "event" in answer:
                continue
            check("error" not in answer, f"QMP {execute}: {answer.get('error')}")
            return answer["return"]

    def word(self, address):
        """A 32-bit register or memory word at a physical address."""
        return int(self.qmp("human-monitor-command", **{"command-line": f"xp /1wx {address:#x}"}).split(":")[1], 16)

    def cable(self, plugged):
        self.qmp("set_link", name="n0", up=plugged)

    def processor_s(self):
        """Processor time that the emulator took on this machine over all boots, in seconds."""
        if self._process is None:
            return self._processor_s
        with open(f"/proc/{self._process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return self._processor_s + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bridge:
    """The command line of the simulated I2C bridge (bridge/cp2112sim.c says which there are)."""

    def __init__(self, work):
        self._path = os.path.join(work, "bridge")
        self._socket = None

    def say(self, line):
        """The rest of the answer after ok."""
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(20)
            self._socket.connect(self._path)
            self._answers = self._socket.makefile("r", errors="replace")
            # What the line carried before the bridge listened would stand before the first command.
            self._socket.sendall(b"\nfault none\n")
            while self._answers.readline().strip() != "ok":
                pass
        self._socket.sendall(line.encode() + b"\n")
        answer = self._answers.readline().strip()
        check(answer == "ok" or answer.startswith("ok "), f"the bridge answers {answer!r} to {line!r}")
        return answer[3:]

    def close(self):
        if self._socket is not None:
            self._socket.close()
            self._socket = None
