package neurath.coordinator;

/**
 * Where a flow's text came from. The same text from the same source is taken once: only a changed one is a wish.
 *
 * @param source a bundle's symbolic name, or a file
 * @param digest of the text
 */
record Origin(String source, String digest) {
    static Origin of(String source, String text) {
        return new Origin(source, Integer.toHexString(text.hashCode()));
    }
}
