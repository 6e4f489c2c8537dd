package dev.pipit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagesTest {
    @Test
    void aSwapOfNeighboursIsOneStep() {
        assertThat(Messages.distance("adress", "address")).isEqualTo(1);
        assertThat(Messages.distance("saef", "safe")).isEqualTo(1);
        assertThat(Messages.distance("", "abc")).isEqualTo(3);
        assertThat(Messages.distance("abc", "")).isEqualTo(3);
        assertThat(Messages.distance("abc", "abc")).isZero();
        assertThat(Messages.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void onlyNearWordsAreSuggested() {
        List<String> known = List.of("driver", "pin", "keep-alive");
        assertThat(Messages.didYouMean("Keep_Alive", known))
                .isEqualTo("; did you mean 'keep-alive'?");
        assertThat(Messages.didYouMean("pan", known)).isEqualTo("; did you mean 'pin'?");
        assertThat(Messages.didYouMean("colour", known)).isEmpty();
    }

    @Test
    void quotedTextStaysOnOneLineAndShort() {
        assertThat(Messages.shortened("a\nb\u001b[31m")).isEqualTo("a b [31m");
        assertThat(Messages.shortened("x".repeat(50))).isEqualTo("x".repeat(40) + "...");
    }
}
