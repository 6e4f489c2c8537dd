package dev.pipit.config;

/** Whether a sensor's newest reading goes to its live topic. */
public enum Live {
    /** As it is taken. */
    ON,
    /** Never: where bytes are paid, each costs more than a reading in a batch. */
    OFF,
    /** As it is taken, and kept by the broker for whoever comes later. */
    RETAINED
}
