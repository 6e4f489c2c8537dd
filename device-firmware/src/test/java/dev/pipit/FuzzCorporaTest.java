package dev.pipit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.spool.SegmentFuzzer;
import dev.pipit.telemetry.FrameFuzzer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Plays again what {@code deploy/fuzz frames} and {@code deploy/fuzz segments} have found worth
 * keeping, one input a line in hexadecimal, and some changes of each.
 */
class FuzzCorporaTest {
    @Test
    void framesAreRefusedWithAWordOrComeBackTheSame() throws Exception {
        play("frames", FrameFuzzer::fuzzerTestOneInput, 20);
    }

    @Test
    void aSpoolOpensWhateverBecameOfItsFiles() throws Exception {
        play("segments", SegmentFuzzer::fuzzerTestOneInput, 2);
    }

    private static void play(String name, Consumer<byte[]> fuzzer, int changes) throws Exception {
        List<byte[]> corpus;
        try (InputStream in = FuzzCorporaTest.class.getResourceAsStream(name + ".corpus")) {
            corpus =
                    new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .map(line -> HexFormat.of().parseHex(line))
                            .toList();
        }
        assertThat(corpus).hasSizeGreaterThan(50);
        SplittableRandom random = new SplittableRandom(1);
        for (byte[] input : corpus) {
            fuzzer.accept(input);
            for (int i = 0; i < changes; i++) {
                byte[] changed = input.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                }
                fuzzer.accept(changed);
            }
        }
    }
}
