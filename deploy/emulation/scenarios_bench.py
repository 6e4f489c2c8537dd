"""What a transfer costs on the boards kernel and linuxfs, on the same emulated Raspberry Pi. Started by deploy/bench board."""

from machine import check
from scenarios_pi import _await_active

MAIN = "/usr/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m --enable-native-access=ALL-UNNAMED -Dtinylog.level=error"


def kernel_beside_linuxfs(stage):
    # The agent would be at the same pins, and its readings at the same processor.
    _await_active(stage)
    stage.machine.sh("systemctl stop pipit")
    # 22 an input, 23 an output, 18 the first channel of PWM, 0x48 the tmp105.
    printed = stage.machine.sh(f"{MAIN} -cp '/usr/lib/pipit/benchmarks:/usr/lib/pipit/lib/*' dev.pipit.benchmark.BoardBenchmark 1 0x48 22 23 18 300", 1200)
    stage.machine.sh("systemctl start pipit")
    check("linuxfs/kernel" in printed and "I2C: read" in printed, f"no table: {printed}")
    return "emulated: the ratios count, not the times\n" + printed
