package neurath.durability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import neurath.build.OperatorJar;

/**
 * Two operators of the web server that are replaced together.
 *
 * @param one name of the first node, and of its operator
 * @param other the same of the second
 */
public record Pair(String one, String other) {
    /** Without state: replaced while the marker passes. */
    public static final Pair STREAM = new Pair("load", "reply");
    /** With the state of the connections: replaced while the region stands still. */
    public static final Pair HOLD = new Pair("read", "parse");

    /** Builds both in a version; each asks for the other in exactly this one. */
    public List<Path> writeTo(Path folder, String version) throws IOException {
        return List.of(half(one, other, version).writeTo(folder), half(other, one, version).writeTo(folder));
    }

    /** The same, whose {@code load} takes some milliseconds for each request: so a marker has to wait for it. */
    public static List<Path> writeSlowTo(Path folder, String version) throws IOException {
        OperatorJar load = half("load", "reply", version).replacing(
                "if (request.refusal() != 0) {",
                "java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);\nif (request.refusal() != 0) {");
        return List.of(load.writeTo(folder), half("reply", "load", version).writeTo(folder));
    }

    private static OperatorJar half(String name, String partner, String version) throws IOException {
        return OperatorJar.ofProduct("http." + name, "1.0.0")
                .version(version)
                .with("Require-Capability",
                        "neurath.operator;filter:=\"(&(operator=http/" + partner + ")(version=" + version + "))\"");
    }
}
