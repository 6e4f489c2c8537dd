package dev.pipit.config;

import dev.pipit.config.YamlNode.Entry;
import dev.pipit.config.YamlNode.Mapping;
import dev.pipit.config.YamlNode.Place;
import dev.pipit.config.YamlNode.Scalar;
import dev.pipit.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Text to {@link YamlNode}s, from the parser's events rather than through its composer: no tag is
 * resolved and no object constructed, aliases (and with them alias bombs) are refused, and nesting
 * is bounded before it can exhaust the stack.
 */
final class YamlReader {
    private static final int DEEPEST = 16;

    private final Problems problems;
    private final Iterator<Event> events;

    private YamlReader(Problems problems, Iterator<Event> events) {
        this.problems = problems;
        this.events = events;
    }

    /** The document, or {@code null} after a mistake was noted. */
    static @Nullable YamlNode read(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            return new YamlReader(problems, new Parse(settings).parseString(text).iterator())
                    .document();
        } catch (Refused e) {
            return null;
        } catch (MarkedYamlEngineException e) {
            problems.at(place(e.getProblemMark().or(e::getContextMark)), wording(e));
        } catch (ReaderException e) {
            problems.at(
                    placeOf(text, e.getPosition()),
                    String.format(
                            "character U+%04X is not allowed in YAML: delete it",
                            e.getCodePoint()));
        } catch (YamlEngineException e) {
            problems.whole("not readable as YAML: " + e.getMessage());
        }
        return null;
    }

    private @Nullable YamlNode document() {
        while (true) {
            Event event = events.next();
            switch (event.getEventId()) {
                case StreamStart, DocumentStart, Comment -> {}
                case StreamEnd -> {
                    return null;
                }
                default -> {
                    YamlNode root = node(event, 1);
                    refuseSecondDocument();
                    return root;
                }
            }
        }
    }

    private void refuseSecondDocument() {
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                problems.at(
                        place(event.getStartMark()),
                        "a second document starts here: expected one configuration per file;"
                                + " delete the line '---'");
                throw new Refused();
            }
        }
    }

    private YamlNode node(Event event, int depth) {
        Place place = place(event.getStartMark());
        if (depth > DEEPEST) {
            problems.at(place, "nested more than " + DEEPEST + " levels deep");
            throw new Refused();
        }
        if (event instanceof NodeEvent nodeEvent && nodeEvent.getAnchor().isPresent()) {
            String name = nodeEvent.getAnchor().get().toString();
            problems.at(
                    place,
                    event instanceof AliasEvent
                            ? "alias '*" + name + "': write the value out, aliases are not followed"
                            : "anchor '&" + name + "': delete it, aliases are not followed");
        }
        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(place, scalar.getTag());
                yield new Scalar(place, scalar.getValue(), scalar.isPlain());
            }
            case SequenceStartEvent start -> {
                refuseTag(place, start.getTag());
                yield sequence(place, depth);
            }
            case MappingStartEvent start -> {
                refuseTag(place, start.getTag());
                yield mapping(place, depth);
            }
            default -> new Scalar(place, "", true);
        };
    }

    private Sequence sequence(Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next();
                event.getEventId() != Event.ID.SequenceEnd;
                event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new Sequence(place, items);
    }

    private Mapping mapping(Place place, int depth) {
        List<Entry> entries = new ArrayList<>();
        for (Event event = events.next();
                event.getEventId() != Event.ID.MappingEnd;
                event = events.next()) {
            YamlNode key = node(event, depth + 1);
            YamlNode value = node(events.next(), depth + 1);
            if (key instanceof Scalar scalar) {
                entries.add(new Entry(scalar, value));
            } else {
                problems.at(key.place(), "a key is " + key.inWords() + ": expected a word");
            }
        }
        return new Mapping(place, entries);
    }

    private void refuseTag(Place place, Optional<String> tag) {
        if (tag.isPresent() && !tag.get().equals("!")) {
            problems.at(
                    place,
                    "tag '" + Messages.shortened(tag.get()) + "': delete it, tags are not used");
        }
    }

    private static String wording(MarkedYamlEngineException e) {
        String problem = e.getProblem() == null ? "not readable as YAML" : e.getProblem();
        String hint = "";
        if (problem.contains("TAB")) {
            hint = "; indent with spaces, YAML allows no tabs";
        } else if (problem.contains("mapping values are not allowed")) {
            hint = "; is a line above indented wrongly, or does a text with ': ' lack its quotes?";
        } else if (problem.contains("flow") || problem.contains("',' or")) {
            hint = "; is a bracket not closed?";
        } else if (problem.contains("block end")) {
            hint = "; do all keys of this section start in the same column?";
        }
        String context = e.getContext() == null ? "" : " " + e.getContext();
        return "syntax error" + context + ": " + problem.strip() + hint;
    }

    private static Place place(Optional<Mark> mark) {
        return mark.map(m -> new Place(m.getLine() + 1, m.getColumn() + 1)).orElse(new Place(1, 1));
    }

    private static Place placeOf(String text, int position) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(position, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Place(line, column);
    }

    /** The mistake is noted already, and nothing behind it can be read. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused() {
            super("refused", null, false, false);
        }
    }
}
