package dev.pipit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a log while an agent writes it, renames it and replaces what was before. */
final class AuditReaderTest {
    @TempDir Path folder;

    private void write(String text) throws IOException {
        Files.writeString(
                folder.resolve("audit"),
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void rename() throws IOException {
        Files.deleteIfExists(folder.resolve("audit.1"));
        Files.move(folder.resolve("audit"), folder.resolve("audit.1"));
    }

    @Test
    void thereIsALogWhereEitherFileIs() throws IOException {
        AuditReader reader = new AuditReader(folder);
        assertThat(reader.exists()).isFalse();
        assertThat(reader.more()).isEmpty();
        write("a\n");
        assertThat(reader.exists()).isTrue();
        rename();
        assertThat(reader.exists()).isTrue();
    }

    @Test
    void theFirstLookShowsAllThatIsKeptOldestFirst() throws IOException {
        write("a\nb\n");
        rename();
        write("c\n");
        AuditReader reader = new AuditReader(folder);
        assertThat(reader.more()).containsExactly("a", "b", "c");
        assertThat(reader.more()).isEmpty();
    }

    @Test
    void aLogThatWasJustRenamedIsShownToo() throws IOException {
        write("a\n");
        rename();
        AuditReader reader = new AuditReader(folder);
        assertThat(reader.more()).containsExactly("a");
    }

    @Test
    void eachLineIsShownOnceAndAHalfWrittenOneWaits() throws IOException {
        AuditReader reader = new AuditReader(folder);
        write("a\nhal");
        assertThat(reader.more()).containsExactly("a");
        assertThat(reader.more()).isEmpty();
        write("f\nnext ä\n\n");
        assertThat(reader.more()).containsExactly("half", "next ä", "");
        assertThat(reader.more()).isEmpty();
    }

    @Test
    void whatWasWrittenBeforeARenamingIsShownBeforeWhatCameAfter() throws IOException {
        write("a\n");
        AuditReader reader = new AuditReader(folder);
        assertThat(reader.more()).containsExactly("a");
        write("b\n");
        rename();
        assertThat(reader.more()).as("while there is no new file yet").isEmpty();
        write("c\n");
        assertThat(reader.more()).containsExactly("b", "c");
        write("d\n");
        assertThat(reader.more()).containsExactly("d");
    }
}
