package dev.pipit.config;

/** Which providers stand behind the pins and buses. */
public enum BoardChoice {
    /** pipit's own, on the kernel's character devices. */
    KERNEL,
    /** Pi4J's plugin. */
    LINUXFS,
    /** Simulated chips and pins, on any machine. */
    SIMULATED
}
