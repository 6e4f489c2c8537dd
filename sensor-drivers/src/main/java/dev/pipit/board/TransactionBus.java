package dev.pipit.board;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBus;
import java.util.concurrent.Callable;

/**
 * An I2C bus that carries whole transactions: what {@link TransactionI2c} needs. Its own monitor is
 * the bus's lock: whoever holds it has the bus to itself.
 */
public interface TransactionBus extends I2CBus {
    /**
     * One transaction: the written part, then the read part after a repeated start; either may be
     * empty. Allocates nothing, throws nothing.
     *
     * @return 0 or {@code -errno}
     */
    int transfer(
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength);

    @Override
    default <R> R execute(I2C i2c, Callable<R> action) {
        synchronized (this) {
            try {
                return action.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new Pi4JException(e);
            }
        }
    }
}
