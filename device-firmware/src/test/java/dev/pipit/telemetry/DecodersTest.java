package dev.pipit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pipit.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decoders for other languages, run by those languages, against ours. */
@Tag("real")
class DecodersTest {
    private static final Path DECODERS =
            Path.of("..", "deploy", "decoders").toAbsolutePath().normalize();

    enum Language {
        JAVASCRIPT("pipit-decoder.js", "node", "-e") {
            @Override
            String program(Path decoder) {
                return """
                const decode = require('%s');
                const text = rows => '[' + rows.map(r => `[${r[0]},[${r[1].map(v =>
                    typeof v === 'object' ? JSON.stringify(v) : String(v))}]]`) + ']';
                for (const line of require('fs').readFileSync(0, 'utf8').trim().split('\\n')) {
                  const item = JSON.parse(line);
                  try { console.log(`{"rows":${text(decode(item.schema, Buffer.from(item.frame, 'hex')))}}`); }
                  catch (e) { console.log('{"error":"' + e.constructor.name + '"}'); }
                }
                """
                        .formatted(decoder);
            }
        },
        PYTHON("pipit_decoder.py", "python3", "-c") {
            @Override
            String program(Path decoder) {
                return """
                import json, sys
                sys.path.insert(0, '%s')
                sys.dont_write_bytecode = True
                from pipit_decoder import decode
                for line in sys.stdin:
                    item = json.loads(line)
                    try: out = {"rows": decode(item["schema"], bytes.fromhex(item["frame"]))}
                    except ValueError: out = {"error": "Error"}
                    print(json.dumps(out, separators=(",", ":")))
                """
                        .formatted(decoder.getParent());
            }
        };

        final String file;
        private final String command;
        private final String option;

        Language(String file, String command, String option) {
            this.file = file;
            this.command = command;
            this.option = option;
        }

        abstract String program(Path decoder);

        List<String> decode(Path directory, List<String> lines)
                throws IOException, InterruptedException {
            Path in = directory.resolve("in");
            Path out = directory.resolve("out");
            Files.write(in, lines);
            Process process =
                    new ProcessBuilder(command, option, program(DECODERS.resolve(file)))
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ends").isTrue();
            assertThat(process.exitValue()).isZero();
            return Files.readAllLines(out);
        }
    }

    @TempDir Path directory;

    private static String line(String schema, byte[] frame) {
        return new JsonWriter()
                .object()
                .key("schema")
                .value(schema)
                .key("frame")
                .value(HexFormat.of().formatHex(frame))
                .end()
                .toString();
    }

    @ParameterizedTest
    @EnumSource
    void everyVectorDecodesToItsRows(Language language) throws Exception {
        List<String> lines = Vector.all().stream().map(FrameLinesTest::frameLine).toList();
        List<String> expected = Vector.all().stream().map(FrameLinesTest::rowsLine).toList();
        assertThat(language.decode(directory, lines)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void allLanguagesAgreeOnRandomDamagedAndForgedFrames(Language language) throws Exception {
        List<String> lines = frames(3_000);
        FrameLines ours = new FrameLines();
        List<String> expected = new ArrayList<>();
        for (String line : lines) {
            String decoded = ours.decode(line);
            expected.add(decoded.startsWith("{\"error\"") ? "{\"error\":\"Error\"}" : decoded);
        }
        assertThat(expected).contains("{\"error\":\"Error\"}");
        List<String> theirs = language.decode(directory, lines);
        assertThat(theirs).hasSameSizeAs(expected);
        for (int i = 0; i < theirs.size(); i++) {
            assertThat(theirs.get(i)).as(lines.get(i)).isEqualTo(expected.get(i));
        }
    }

    private static List<String> frames(int count) {
        SplittableRandom random = new SplittableRandom(77);
        RandomBatches batches = new RandomBatches(random);
        List<String> lines = new ArrayList<>();
        while (lines.size() < count) {
            Batch batch = batches.next();
            Schema schema = batch.schema();
            FrameEncoder encoder = new FrameEncoder(schema, batch.size(), DenseEncoder.Effort.FULL);
            byte[] out = new byte[FrameEncoder.maxLength(schema, batch.size())];
            int length = encoder.encode(batch, 0, batches.flags(), out, 0);
            byte[] frame = java.util.Arrays.copyOf(out, length);
            if (schema.channels().stream().noneMatch(c -> c.width() == 8)
                    || (frame[0] & FrameFlags.DENSE) != 0) {
                // A double does not hold what a flat channel of 8 bytes may.
                lines.add(line(schema.toJson(), frame));
            }
            byte[] forged = new byte[2 + random.nextInt(80)];
            random.nextBytes(forged);
            forged[0] = (byte) (0xD1 | (random.nextInt(16) & 0xA));
            forged[1] = (byte) schema.id();
            lines.add(line(schema.toJson(), forged));
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            if ((frame[0] & FrameFlags.DENSE) != 0) {
                lines.add(line(schema.toJson(), frame));
            }
        }
        return lines;
    }

    @Test
    void bothAreOneFileOfUnder100LinesWithoutDependencies() throws IOException {
        for (Language language : Language.values()) {
            List<String> lines = Files.readAllLines(DECODERS.resolve(language.file));
            assertThat(lines).hasSizeLessThan(100);
            assertThat(lines).allMatch(line -> line.length() <= 140);
            assertThat(lines)
                    .filteredOn(line -> line.matches(".*(\\brequire\\(|^import |^from ).*"))
                    .allMatch(line -> line.equals("import json"));
        }
    }

    @Test
    void nodeRedFunctionNamesScalesAndTimesEveryReading() throws Exception {
        String program =
                """
                const fs = require('fs'), kept = {};
                const body = fs.readFileSync('%s/node-red-function.js', 'utf8');
                const run = new Function('msg', 'node', 'context', 'global', body);
                const context = {get: k => kept[k], set: (k, v) => { kept[k] = v; }};
                const global = {get: k => ({pipitDecode: require('%s/pipit-decoder.js')})[k]};
                const warned = [], node = {warn: w => warned.push(w)};
                const call = (topic, payload) => run({topic, payload}, node, context, global);
                const frame = Buffer.from('d007019b76daa800086612c3000189cb', 'hex');
                const early = call('pipit/greenhouse/live/air', frame);
                call('pipit/greenhouse/schema/7', Buffer.from(JSON.parse(fs.readFileSync(0, 'utf8'))));
                const late = call('pipit/greenhouse/live/air', frame);
                console.log(JSON.stringify([early, warned, late]));
                """
                        .formatted(DECODERS, DECODERS);
        Path in = directory.resolve("schema");
        Files.writeString(
                in,
                new JsonWriter().value(Vector.all().get(0).schemaText()).toString(),
                StandardCharsets.UTF_8);
        Process process =
                new ProcessBuilder("node", "-e", program)
                        .redirectInput(in.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualToIgnoringWhitespace(
                        """
                        [null,["no schema greenhouse/7 yet: frame passed over"],[[{"topic":"greenhouse/7",
                        "payload":{"time":1767225600000,"sinceBoot":false,"values":{
                        "temperature":{"value":21.5,"unit":"Cel"},
                        "humidity":{"value":48.03,"unit":"%RH"},
                        "pressure":{"value":100811,"unit":"Pa"}}}}]]]
                        """);
    }
}
