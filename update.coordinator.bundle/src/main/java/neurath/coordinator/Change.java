package neurath.coordinator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import neurath.graph.Graph;
import neurath.graph.Node;
import neurath.graph.Replicas;
import neurath.graph.fbp.FbpParser;

/** Reads what a person asks for: {@code load=http/load@2.0.0 …}, a {@code .fbp} file, or a {@code .fbp} text. */
final class Change {
    private static final Pattern WISH = Pattern.compile("([^=\\s]+)=([^@\\s=]+)@(\\d+(?:\\.\\d+){0,2}(?:\\.\\w+)?)");

    private Change() {}

    /** The nodes that a change of the form {@code node=operator@version} names. */
    static Set<String> named(List<String> words) {
        return words.stream().map(WISH::matcher).filter(Matcher::matches).map(wish -> wish.group(1)).collect(Collectors.toSet());
    }

    /**
     * The graph a flow should have.
     *
     * @param words of the command line
     * @param folder where relative file names begin
     * @throws IllegalArgumentException if the words are no change of this graph
     */
    static Graph of(Graph graph, List<String> words, Path folder) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("what is to change? For example: load=http/load@2.0.0, or a .fbp file");
        }
        if (words.stream().allMatch(word -> WISH.matcher(word).matches())) {
            Graph changed = graph;
            for (String word : words) {
                changed = wish(changed, word);
            }
            return changed;
        }
        if (words.size() == 1 && words.getFirst().endsWith(".fbp")) {
            return new FbpParser().parse(text(folder.resolve(words.getFirst())));
        }
        String text = String.join(" ", words);
        if (!text.contains("->")) {
            throw new IllegalArgumentException("'" + text + "' is no change; write node=operator@version as in load=http/load@2.0.0, name a"
                    + " .fbp file, or give a .fbp text in quotes");
        }
        return new FbpParser().parse(text);
    }

    private static Graph wish(Graph graph, String word) {
        Matcher wish = WISH.matcher(word);
        if (!wish.matches()) {
            throw new IllegalArgumentException(word);
        }
        List<String> replicas = Replicas.groups(graph).get(wish.group(1));
        if (replicas == null) {
            Node node = graph.node(wish.group(1));
            String group = Replicas.group(node);
            throw new IllegalArgumentException(node.name() + " is one of the replicas of " + group + ", which are of one version; write "
                    + group + '=' + wish.group(2) + '@' + wish.group(3));
        }
        Graph changed = graph;
        for (String replica : replicas) {
            Node node = graph.node(replica);
            var metadata = new HashMap<>(node.metadata());
            metadata.put("version", wish.group(3));
            changed = changed.with(new Node(replica, wish.group(2), metadata));
        }
        return changed;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
