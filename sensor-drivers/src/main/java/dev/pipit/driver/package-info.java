/**
 * The contract between drivers and the agent.
 *
 * <p>A driver turns one chip, or one kernel interface, into {@linkplain dev.pipit.driver.Channel
 * channels} of integers. It speaks Pi4J's interfaces, which a {@link dev.pipit.driver.Wiring} hands
 * it, and never learns which board stands behind them. It never sleeps, never logs and never knows
 * another driver.
 */
@NullMarked
package dev.pipit.driver;

import org.jspecify.annotations.NullMarked;
