package neurath.graph.fbp;

import neurath.graph.Graph;

/** A reader of {@code .fbp} texts; has no state and may be shared. */
public final class FbpParser {
    private final boolean caseSensitive;

    /** A reader that takes port names in any case and gives them in upper case. */
    public FbpParser() {
        this(false);
    }

    private FbpParser(boolean caseSensitive) {
        this.caseSensitive = caseSensitive;
    }

    /** A reader that keeps port names as they are written. */
    public static FbpParser caseSensitive() {
        return new FbpParser(true);
    }

    /**
     * The graph that the text describes.
     *
     * @throws FbpSyntaxException if the text describes none
     */
    public Graph parse(String text) {
        return document(text).graph();
    }

    /**
     * The graph that the text describes, with the text's annotations.
     *
     * @throws FbpSyntaxException if the text describes none
     */
    public FbpDocument document(String text) {
        return new Grammar(text, caseSensitive).document();
    }
}
