package neurath.coordinator;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import neurath.coordinator.FlowRecord.Policy;
import neurath.coordinator.plan.PlanJson;
import neurath.coordinator.plan.Proposal;
import neurath.engine.Flow;
import neurath.engine.FlowException;
import neurath.engine.Flows;
import neurath.engine.Instance;
import neurath.engine.NodeStatus;
import neurath.graph.Graph;
import neurath.graph.fbp.FbpParser;
import neurath.graph.fbp.FbpSyntaxException;
import neurath.graph.fbp.FbpSyntaxException;
import neurath.graph.fbp.JsonWriter;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The Gogo commands of the scope {@code flow}. */
@Component(
        service = FlowCommands.class,
        property = {
            "osgi.command.scope=flow",
            "osgi.command.function=list",
            "osgi.command.function=show",
            "osgi.command.function=plan",
            "osgi.command.function=apply",
            "osgi.command.function=update",
            "osgi.command.function=cancel",
            "osgi.command.function=rollback",
            "osgi.command.function=confirm",
            "osgi.command.function=retry",
            "osgi.command.function=history",
            "osgi.command.function=top",
            "osgi.command.function=start",
            "osgi.command.function=stop",
            "osgi.command.function=policy"
        })
public final class FlowCommands {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String CHANGE = "node=operator@version …, a .fbp file, or a .fbp text; options: --from head|source,"
            + " --commit stream|hold, --requests switch|pin, --probation 10m, --errors 1%";

    private final Deployer deployer;
    private final Flows flows;

    @Activate
    public FlowCommands(@Reference Deployer deployer, @Reference Flows flows) {
        this.deployer = deployer;
        this.flows = flows;
    }

    /** Lists the flows. */
    @Descriptor("lists the flows that run or are known")
    public String list() throws Exception {
        return call(() -> {
            var table = new Table("flow", "state", "revision", "policy", "nodes");
            for (FlowRecord record : deployer.coordinator().records()) {
                table.row(
                        record.name(),
                        state(record),
                        record.revision,
                        record.policy.name().toLowerCase(java.util.Locale.ROOT),
                        record.graph.nodes().size());
            }
            return table.toString();
        });
    }

    private String state(FlowRecord record) {
        Optional<String> doing = deployer.coordinator().doing(record.name());
        if (doing.isPresent()) {
            return doing.get();
        }
        boolean runs = flows.find(record.name()).isPresent();
        return runs ? "runs" : record.stopped ? "stopped" : record.failed ? "failed" : "waits";
    }

    /** Shows a flow. */
    @Descriptor("shows the nodes of a flow: versions, bundles, packets, and what it waits for")
    public String show(@Descriptor("name of the flow") String name) throws Exception {
        if (flows.find(name).isEmpty()) {
            List<String> start = deployer.coordinator().progressOf(name);
            if (!start.isEmpty()) {
                return String.join("\n", start);
            }
        }
        Flow flow = running(name);
        awaitWhatIsAboutToEnd(name);
        var text = new StringBuilder(flow.name() + ", revision " + flow.revision());
        text.append(", policy ")
                .append(call(() -> deployer.coordinator().policyOf(name)).name().toLowerCase(java.util.Locale.ROOT));
        text.append('\n');
        var table = new Table("node", "operator", "version", "from", "taken", "emitted", "dropped", "queued", "");
        for (NodeStatus node : flow.status()) {
            table.row(
                    node.name(),
                    node.version().operator(),
                    node.version().version(),
                    node.version().origin(),
                    node.taken(),
                    node.emitted(),
                    node.dropped(),
                    node.queued() + "/" + node.capacity(),
                    node.held() != null ? "HELD " + node.held() : notes(node));
        }
        text.append(table);
        for (Instance instance : flow.retirement().retiring()) {
            text.append("\nretires: ").append(instance.node()).append(' ').append(instance.version().label()).append(" of ")
                    .append(instance.version().origin()).append(", work in hand: ").append(instance.leases());
        }
        flow.retirement().leftThreads().forEach(left -> text.append("\nleft behind: ").append(left));
        call(() -> deployer.coordinator().owed(name)).forEach(owed -> text.append("\nparallel change: ").append(owed));
        new PinnedRequests(flow).said().forEach(pinned -> text.append("\npinned: ").append(pinned));
        deployer.coordinator().progressOf(name).forEach(progress -> text.append('\n').append(progress));
        call(() -> deployer.coordinator().waiting(name)).forEach(obstacle -> text.append("\nan update waits: ").append(obstacle));
        call(() -> deployer.coordinator().probationOf(name)).ifPresent(probation -> text.append('\n').append(probation));
        call(() -> deployer.coordinator().pending(name)).forEach(pending -> text.append("\npending: ").append(pending));
        return text.toString();
    }

    /** Whoever has just started a bundle wants to see what came of it; what takes longer is shown as it is. */
    private void awaitWhatIsAboutToEnd(String name) throws Exception {
        try {
            call(() -> deployer.coordinator().ends(name)).get(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it is shown
        }
    }

    private static String notes(NodeStatus node) {
        return String.join(", ", node.notes().entrySet().stream().map(note -> note.getKey() + ' ' + note.getValue()).sorted().toList());
    }

    /** Plans a change. */
    @Descriptor("shows what a change would do, with a number for flow:apply, and touches nothing; without a change, what the policy would"
            + " do by itself; --json: for programs")
    public String plan(
            CommandSession session,
            @Descriptor("name of the flow") String name,
            @Descriptor(CHANGE) String... change)
            throws Exception {
        Path folder = session.currentDir();
        var words = new ArrayList<>(List.of(change));
        boolean json = words.remove("--json");
        List<Proposal> plans = call(() -> deployer.coordinator().propose(name, words, folder));
        if (json) {
            return JsonWriter.json(plans.stream().map(plan -> PlanJson.of(plan.number(), plan.plan(), plan.forecast())).toList());
        }
        return plans.isEmpty() ? name + ": nothing to do" : String.join("\n", plans.stream().map(Proposal::toString).toList());
    }

    /** Carries out a plan. */
    @Descriptor("carries out a plan that flow:plan has shown, if it still means the same; returns at SWITCHED or ABORTED")
    public String apply(@Descriptor("number of the plan") int number) throws Exception {
        return ended("plan " + number, ask(() -> deployer.coordinator().apply(number)));
    }

    /** Plans a change and carries it out. */
    @Descriptor("plans a change and carries it out; returns at SWITCHED or ABORTED")
    public String update(
            CommandSession session,
            @Descriptor("name of the flow") String name,
            @Descriptor(CHANGE) String... change)
            throws Exception {
        Path folder = session.currentDir();
        return ended(name, ask(() -> deployer.coordinator().update(name, List.of(change), folder)));
    }

    private static String ended(String name, List<Outcome> outcomes) {
        var lines = new ArrayList<String>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Aborted) {
                throw new Refusal(name + ": " + outcome);
            }
            lines.add(name + ": " + outcome);
        }
        return lines.isEmpty() ? name + " is so already" : String.join("\n", lines);
    }

    /** Cancels the update, or the start, under way. */
    @Descriptor("aborts the update under way, or the start of a flow, if it is not too late")
    public String cancel(@Descriptor("name of the flow") String name) {
        if (deployer.coordinator().cancel(name, "cancelled by a person")) {
            return "asked to abort; see flow:history " + name;
        }
        running(name);
        return "no update is under way";
    }

    /** Undoes the update that is on probation. */
    @Descriptor("brings back what was there before the update that is on probation, with its state")
    public String rollback(@Descriptor("name of the flow") String name) throws Exception {
        Outcome outcome = ask(() -> deployer.coordinator().rollback(name, "asked for by a person"));
        if (outcome instanceof Outcome.Aborted) {
            throw new Refusal(name + ": " + outcome);
        }
        return name + ": " + outcome;
    }

    /** Ends the probation of an update. */
    @Descriptor("lets the old instances of the update that is on probation go")
    public String confirm(@Descriptor("name of the flow") String name) throws Exception {
        return call(() -> {
            String what = deployer.coordinator().probationOf(name).orElse("");
            deployer.coordinator().confirm(name);
            return name + ": confirmed, it was " + what.replaceAll("; flow:confirm.*", "");
        });
    }

    /** Tries again what could not be contracted or withdrawn. */
    @Descriptor("tries once more what a parallel change could not contract or withdraw; flow:show says how that ends")
    public String retry(@Descriptor("name of the flow") String name) throws Exception {
        List<String> owed = call(() -> deployer.coordinator().retry(name));
        return owed.isEmpty() ? name + ": nothing is owed" : name + ": " + String.join("\n", owed);
    }

    /** Shows how updates ended. */
    @Descriptor("lists how the updates of a flow ended, oldest first, and the one that is on probation")
    public String history(@Descriptor("name of the flow") String name) throws Exception {
        var history = new ArrayList<>(call(() -> deployer.coordinator().history(name)));
        call(() -> deployer.coordinator().probationOf(name)).ifPresent(history::add);
        return history.isEmpty() ? "no update yet" : String.join("\n", history);
    }

    /** Shows what an update came to. */
    @Descriptor("shows one update of a flow, phase by phase, with times")
    public String history(
            @Descriptor("name of the flow") String name,
            @Descriptor("number of the update, as the history says it") int update)
            throws Exception {
        Optional<Past> past = call(() -> deployer.coordinator().past(name, update));
        if (past.isPresent()) {
            return past.get().toString();
        }
        return deployer.coordinator().progressOf(name).stream()
                .filter(progress -> progress.startsWith("update " + update + ' '))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        "the history of '" + name + "' has no update " + update + "; see flow:history " + name));
    }

    /** Shows what the nodes of all flows do. */
    @Descriptor("shows what the nodes of all flows do during a second, the busiest first")
    public String top() throws InterruptedException, ExecutionException {
        return top(flows.all());
    }

    /** Shows what the nodes of a flow do. */
    @Descriptor("shows what the nodes of a flow do during a second, the busiest first")
    public String top(@Descriptor("name of the flow") String name) throws InterruptedException, ExecutionException {
        return top(List.of(running(name)));
    }

    private static String top(Collection<Flow> flows) throws InterruptedException, ExecutionException {
        var before = new HashMap<Flow, List<NodeStatus>>();
        flows.forEach(flow -> before.put(flow, flow.status()));
        long began = System.nanoTime();
        Executor afterwards = CompletableFuture.delayedExecutor(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return CompletableFuture.supplyAsync(() -> {
            var top = new Top(Duration.ofNanos(System.nanoTime() - began));
            flows.forEach(flow -> top.with(flow.name(), before.get(flow), flow.status()));
            return top.toString();
        }, afterwards).get();
    }

    /** Shows how the updates of all flows ended. */
    @Descriptor("lists how the updates of all flows ended")
    public String history() throws Exception {
        var lines = new ArrayList<String>();
        for (FlowRecord record : call(() -> deployer.coordinator().records())) {
            call(() -> deployer.coordinator().history(record.name())).forEach(line -> lines.add(record.name() + "  " + line));
        }
        return lines.isEmpty() ? "no update yet" : String.join("\n", lines);
    }

    /** Starts a flow. */
    @Descriptor("starts a flow from a .fbp file, or one that was stopped")
    public String start(CommandSession session, @Descriptor("a .fbp file, or the name of a stopped flow") String source) throws Exception {
        String name = source.replaceAll(".*/", "").replaceAll("\\.fbp$", "");
        Path folder = session.currentDir();
        Flow flow = ask(() -> {
            Graph graph = source.endsWith(".fbp") ? new FbpParser().parse(Change.text(folder.resolve(source))) : null;
            return deployer.coordinator().start(name, graph);
        });
        return flow.name() + " runs, revision " + flow.revision();
    }

    /** Stops a flow. */
    @Descriptor("stops a flow: what is in hand is finished first; it stays stopped over a restart")
    public String stop(@Descriptor("name of the flow") String name) throws Exception {
        ask(() -> deployer.coordinator().stop(name, GRACE));
        return name + " is stopped";
    }

    /** Sets the policy of a flow. */
    @Descriptor("sets whether a flow switches to the highest versions by itself")
    public String policy(@Descriptor("name of the flow") String name, @Descriptor("auto or manual") String policy) throws Exception {
        Policy wanted =
                switch (policy) {
                    case "auto" -> Policy.AUTO;
                    case "manual" -> Policy.MANUAL;
                    default -> throw new Refusal("'" + policy + "' is no policy; say auto or manual");
                };
        call(() -> {
            deployer.coordinator().policy(name, wanted);
            return null;
        });
        return name + ": policy " + policy;
    }

    private <T> T call(Callable<T> task) throws Exception {
        return told(() -> deployer.call(task));
    }

    private <T> T ask(Callable<CompletableFuture<T>> question) throws Exception {
        return told(() -> deployer.ask(question));
    }

    /** What people have to know of, and nothing else, is told without the class of what was thrown. */
    private static <T> T told(Callable<T> task) throws Exception {
        try {
            return task.call();
        } catch (FlowException | FbpSyntaxException | IllegalArgumentException | UncheckedIOException e) {
            throw new Refusal(e);
        }
    }

    private Flow running(String name) {
        return flows.find(name).orElseThrow(() -> new Refusal(
                "no flow '" + name + "' runs; there are " + flows.all().stream().map(Flow::name).toList() + "; see flow:list"));
    }
}
