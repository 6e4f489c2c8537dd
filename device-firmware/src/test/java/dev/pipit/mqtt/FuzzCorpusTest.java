package dev.pipit.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.mqtt.packet.DecoderFuzzer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Plays again what {@code deploy/fuzz} has found worth keeping: one input a line, in hexadecimal.
 */
final class FuzzCorpusTest {
    private static List<byte[]> corpus(String name) throws Exception {
        try (InputStream in = FuzzCorpusTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> HexFormat.of().parseHex(line))
                    .toList();
        }
    }

    @Test
    void theDecoderSaysTheSameAtOnceAndInPiecesAndNeverThrows() throws Exception {
        List<byte[]> corpus = corpus("decoder.corpus");
        assertThat(corpus).hasSizeGreaterThan(100);
        for (byte[] input : corpus) {
            DecoderFuzzer.fuzzerTestOneInput(input);
        }
    }

    @Test
    void theClientConnectsAgainWhateverItWasSent() throws Exception {
        List<byte[]> corpus = corpus("client.corpus");
        assertThat(corpus).hasSizeGreaterThan(100);
        for (byte[] input : corpus) {
            ClientFuzzer.fuzzerTestOneInput(input);
        }
    }
}
