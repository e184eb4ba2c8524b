package neurath.graph.fbp;

import neurath.graph.Port;

/** A piece of a chain as it is read: {@code '8080' -> PORT accept OUT -> IN read} has four. */
sealed interface End {
    /** What an arrow leaves. */
    sealed interface Origin extends End {}

    /** A port of the node that is written at an offset of the text. */
    sealed interface AtNode extends End {
        Port port();

        int offset();
    }

    record Data(Object value) implements Origin {}

    record OutOf(Port port, int offset) implements Origin, AtNode {}

    record Into(Port port, int offset) implements AtNode {}
}
