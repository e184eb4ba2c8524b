package neurath.coordinator;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import neurath.coordinator.plan.Options;
import neurath.engine.Catalog;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.OperatorVersion;
import neurath.graph.Replicas;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What the words of a {@code flow:} command can be: names of flows, changes, options and their values. */
@Component(
        service = Completion.class,
        property = {"osgi.command.scope=flow", "osgi.command.function=__complete"})
public final class Completion {
    private static final Set<String> OF_A_CHANGE = Set.of("plan", "update");
    private static final String JSON = "--json";
    private static final int LATEST = 20;

    private final Deployer deployer;
    private final Flows flows;
    private final Catalog catalog;

    @Activate
    public Completion(@Reference Deployer deployer, @Reference Flows flows, @Reference Catalog catalog) {
        this.deployer = deployer;
        this.flows = flows;
        this.catalog = catalog;
    }

    /**
     * What a word can be, with what that is. One that ends with {@code =} or {@code /} is not a whole word yet.
     *
     * @param words of the command line, the command first
     * @param index of the word
     */
    @Descriptor("says what a word of a command can be; for the shell")
    public Map<String, String> __complete(CommandSession session, List<String> words, int index) throws Exception {
        String command = words.getFirst().substring(words.getFirst().indexOf(':') + 1);
        String word = index < words.size() ? words.get(index) : "";
        var candidates = new LinkedHashMap<String, String>();
        if (command.equals("apply")) {
            if (index == 1) {
                deployer.call(() -> deployer.coordinator().proposals()).forEach(
                        plan -> candidates.put(Integer.toString(plan.number()), plan.plan().flow() + ": " + plan.plan().summary()));
            }
        } else if (command.equals("start")) {
            if (index == 1) {
                notRunning().forEach(flow -> candidates.put(flow, ""));
                files(session.currentDir(), word, candidates);
            }
        } else if (index == 1) {
            flows.all().forEach(flow -> candidates.put(flow.name(), "revision " + flow.revision()));
            if (command.equals("history")) {
                notRunning().forEach(flow -> candidates.put(flow, "does not run"));
            }
        } else if (command.equals("history") && index == 2) {
            pasts(words.get(1)).stream().filter(past -> past.update() > 0)
                    .forEach(past -> candidates.put(Integer.toString(past.update()), past.line()));
        } else if (command.equals("policy") && index == 2) {
            candidates.put("auto", "switches to the highest versions by itself");
            candidates.put("manual", "waits for a person");
        } else if (OF_A_CHANGE.contains(command)) {
            change(session.currentDir(), words, index, candidates);
            if (command.equals("plan") && !words.contains(JSON) && !isValue(words, index)) {
                candidates.put(JSON, "for programs");
            }
        }
        return candidates;
    }

    private void change(Path folder, List<String> words, int index, Map<String, String> candidates) {
        String word = index < words.size() ? words.get(index) : "";
        if (isValue(words, index)) {
            Options.KNOWN.get(words.get(index - 1)).forEach(value -> candidates.put(value, ""));
            return;
        }
        Options.KNOWN.forEach((option, values) -> {
            if (!words.contains(option) || option.equals(word)) {
                candidates.put(option, String.join("|", values));
            }
        });
        flows.find(words.get(1)).ifPresent(flow -> wishes(flow, word, candidates));
        files(folder, word, candidates);
    }

    private static boolean isValue(List<String> words, int index) {
        return Options.KNOWN.containsKey(words.get(index - 1));
    }

    /** First {@code node=}, then the versions of its operator; where another operator is begun, those of all. */
    private void wishes(Flow flow, String word, Map<String, String> candidates) {
        int equals = word.indexOf('=');
        Replicas.groups(flow.graph()).forEach((node, running) -> {
            OperatorVersion now = flow.version(running.getFirst());
            if (equals < 0) {
                candidates.put(node + '=', "is " + now.label());
            } else if (node.equals(word.substring(0, equals))) {
                String own = now.operator() + '@';
                String begun = word.substring(equals + 1);
                boolean isOwn = own.startsWith(begun) || begun.startsWith(own);
                catalog.available().stream()
                        .filter(version -> !isOwn || version.operator().equals(now.operator()))
                        .sorted(Comparator.comparing(OperatorVersion::operator).thenComparing(OperatorVersion::version))
                        .forEach(version -> candidates.put(
                                node + '=' + version.label(), version.equals(now) ? "at work" : version.origin()));
            }
        });
    }

    /** Files of flows, and folders. */
    private static void files(Path folder, String word, Map<String, String> candidates) {
        String before = word.substring(0, word.lastIndexOf('/') + 1);
        SequencedMap<String, String> found = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(before))) {
            for (Path file : files) {
                String name = before + file.getFileName();
                if (file.getFileName().toString().startsWith(".") && !word.startsWith(before + '.')) {
                    continue;
                }
                if (Files.isDirectory(file)) {
                    found.put(name + '/', "");
                } else if (name.endsWith(".fbp")) {
                    found.put(name, "");
                }
            }
        } catch (IOException e) {
            return; // there are none
        }
        candidates.putAll(found);
    }

    private List<String> notRunning() throws Exception {
        return deployer.call(() -> deployer.coordinator().records()).stream()
                .map(FlowRecord::name)
                .filter(flow -> flows.find(flow).isEmpty())
                .toList();
    }

    private List<Past> pasts(String flow) throws Exception {
        List<Past> all = deployer.call(() -> deployer.coordinator().pasts(flow));
        return new ArrayList<>(all.subList(Math.max(0, all.size() - LATEST), all.size())).reversed();
    }
}
