package neurath.simulation;

import neurath.api.Droppable;

/**
 * A packet: a request, or one of the pieces it was copied into, with its way so far.
 *
 * @param source id of the source that made the request
 * @param number of the request at its source, from 0
 * @param way stamps of the operators that handled it, one behind the other; of joined pieces all ways
 */
record Piece(World world, int source, int number, String way) implements Droppable {
    private static final int MOST_ROUNDS = 2;

    Request request() {
        return new Request(source, number);
    }

    Piece by(String stamp) {
        return new Piece(world, source, number, way.isEmpty() ? stamp : way + '>' + stamp);
    }

    /** A key to share it by. */
    public int lane() {
        return Key.LANE.of(number);
    }

    /** Another key. */
    public int shelf() {
        return Key.SHELF.of(number);
    }

    @Override
    public void dropped(Throwable reason) {
        world.dropped(this, reason);
    }

    @Override
    public String toString() {
        return request() + " " + way;
    }

    /** What sources number. */
    record Request(int source, int number) {
        /** What it counts in sums; no two requests of a run count the same. */
        long value() {
            return source * 1000L + number + 1;
        }

        /** Which of some ways it goes: the same for all of its pieces. */
        int choice(int node, int ways) {
            int mixed = (source * 31 + number) * 0x9E3779B9 + node * 0x85EBCA6B;
            return Math.floorMod(mixed ^ mixed >>> 15, ways);
        }

        /** Whether it goes round again at a gate where it has been so often. */
        boolean goesRound(int node, int rounds) {
            return rounds < choice(node, MOST_ROUNDS + 1);
        }

        @Override
        public String toString() {
            return source + "#" + number;
        }
    }
}
