package neurath.load;

/**
 * A file of a site, as clients ask for it.
 *
 * @param name relative to the root, with {@code /} between folders
 * @param length in bytes
 */
public record Page(String name, long length) {
    Content content() {
        return new Content(name);
    }
}
