package dev.pipit.board;

import com.pi4j.exception.Pi4JException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who has which pin or address. Not thread-safe. */
final class Claims {
    private final Map<String, String> owners = new HashMap<>();

    /**
     * @param what {@code pin 17}, {@code address 0x76 on i2c-1}
     * @param who {@code input 'button'}
     * @throws Pi4JException saying who has it, where it is taken
     */
    void take(String what, String who) {
        @Nullable String owner = owners.putIfAbsent(what, who);
        if (owner != null) {
            throw new Pi4JException(what + " is already taken by " + owner + ", wanted for " + who);
        }
    }

    void free(String what) {
        owners.remove(what);
    }
}
