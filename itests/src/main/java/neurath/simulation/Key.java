package neurath.simulation;

import java.util.Locale;

/** By what replicas share pieces, and counters keep their state. Pieces on one shelf are in one lane. */
enum Key {
    LANE(3),
    SHELF(6);

    /** Keys from here on go to different replicas, also of few: the product mixes them so. */
    private static final int FIRST = 7;

    private final int values;

    Key(int values) {
        this.values = values;
    }

    /** The key of a request of that number. */
    int of(int number) {
        return FIRST + number % values;
    }

    /** What the product calls to know the key of a {@link Piece}. */
    String accessor() {
        return name().toLowerCase(Locale.ROOT);
    }

    Key other() {
        return this == LANE ? SHELF : LANE;
    }
}
