package dev.pipit.config;

import dev.pipit.config.YamlNode.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects every mistake of one file, so that a user mends them in one go. */
final class Problems {
    /** More would scroll the first ones away; it also bounds what a hostile file can cost. */
    private static final int MOST = 100;

    private final Path file;
    private final List<Problem> found = new ArrayList<>();

    Problems(Path file) {
        this.file = file;
    }

    /** Somewhere to note what shall not count. */
    Problems aside() {
        return new Problems(file);
    }

    void at(Place place, String message) {
        add(new Problem(file, place.line(), place.column(), message));
    }

    void whole(String message) {
        add(new Problem(file, 0, 0, message));
    }

    private void add(Problem problem) {
        if (found.size() < MOST) {
            found.add(problem);
        }
    }

    boolean none() {
        return found.isEmpty();
    }

    int count() {
        return found.size();
    }

    List<Problem> sorted() {
        return found.stream().sorted(Problem.BY_POSITION).distinct().toList();
    }
}
