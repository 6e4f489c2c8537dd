package dev.pipit.board.simulated;

import dev.pipit.board.TransactionBus;
import dev.pipit.driver.Errno;
import org.jspecify.annotations.Nullable;

/**
 * One I2C bus: chips by address, and what is wrong with each. A transfer that nobody acknowledges
 * ends as on a Pi: {@code -EREMOTEIO}.
 */
final class SimulatedBus implements TransactionBus {
    /** One place on the bus. */
    static final class Socket {
        final String driver;
        final String sensor;
        final SimulatedChip chip;

        // guarded by the bus
        boolean plugged = true;
        boolean nack;
        @Nullable String fault;

        Socket(String driver, String sensor, SimulatedChip chip) {
            this.driver = driver;
            this.sensor = sensor;
            this.chip = chip;
        }
    }

    private final @Nullable Socket[] sockets = new Socket[128];

    synchronized void attach(int address, Socket socket) {
        sockets[address] = socket;
    }

    synchronized @Nullable Socket socket(int address) {
        return sockets[address];
    }

    synchronized void plug(Socket socket, boolean plugged) {
        if (plugged && !socket.plugged) {
            socket.chip.power();
        }
        socket.plugged = plugged;
    }

    /**
     * @param fault {@code nack}, {@code stuck}, {@code checksum}, {@code slow}
     * @return false where the chip cannot have it
     */
    synchronized boolean fault(Socket socket, String fault) {
        heal(socket);
        boolean possible =
                switch (fault) {
                    case "nack" -> {
                        socket.nack = true;
                        yield true;
                    }
                    case "stuck" -> {
                        socket.chip.stuck(true);
                        yield true;
                    }
                    case "slow" -> {
                        socket.chip.slow(true);
                        yield true;
                    }
                    default -> socket.chip.corrupt(true);
                };
        socket.fault = possible ? fault : null;
        return possible;
    }

    synchronized void heal(Socket socket) {
        socket.nack = false;
        socket.fault = null;
        socket.chip.stuck(false);
        socket.chip.slow(false);
        socket.chip.corrupt(false);
    }

    @Override
    public synchronized int transfer(
            int address,
            byte[] out,
            int outOffset,
            int outLength,
            byte[] in,
            int inOffset,
            int inLength) {
        Socket socket = sockets[address];
        if (socket == null || !socket.plugged || socket.nack) {
            return -Errno.EREMOTEIO;
        }
        if (outLength > 0) {
            socket.chip.write(out, outOffset, outLength);
        }
        if (inLength > 0) {
            socket.chip.read(in, inOffset, inLength);
        }
        return 0;
    }
}
