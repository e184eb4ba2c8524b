package neurath.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import neurath.build.Repository;

/** {@code ./neurath bench}: lists experiments, and runs them. */
public final class Main {
    private static final String ALL = "all";
    private static final String SHORT = "--short";

    private static final List<Experiment> EXPERIMENTS = List.of(
            new Injection(), new UpdateRate(), new StateSize(), new SingleOperator(), new Faults(), new BesideFlink(),
            new ManyBundles(), new Overlap(), new Idle());

    private Main() {}

    /** A command line that cannot be followed. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /** What is asked for: names of experiments; none to list them. */
    record Request(Set<String> names, Scale scale) {
        static Request of(String... words) {
            var names = new LinkedHashSet<String>();
            Scale scale = Scale.FULL;
            for (String word : words) {
                if (word.equals(SHORT)) {
                    scale = Scale.SHORT;
                } else if (word.equals(ALL)) {
                    names.addAll(all().keySet());
                } else if (all().containsKey(word)) {
                    names.add(word);
                } else {
                    throw new UsageException("there is no experiment '" + word + "'; known are "
                            + String.join(", ", all().keySet()) + ", " + ALL + " and the option " + SHORT);
                }
            }
            return new Request(names, scale);
        }
    }

    static Map<String, Experiment> all() {
        return EXPERIMENTS.stream().collect(Collectors.toMap(
                Experiment::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));
    }

    public static void main(String[] args) throws Exception {
        Request request;
        try {
            request = Request.of(args);
        } catch (UsageException e) {
            System.err.println("neurath bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(follow(request, System.out));
    }

    private static int follow(Request request, PrintStream out) throws Exception {
        Path results = results(request.scale());
        if (request.names().isEmpty()) {
            out.print(listing());
            return 0;
        }
        if (request.names().size() == 1) {
            Experiment experiment = all().get(request.names().iterator().next());
            boolean ran = run(experiment, request.scale(), results, out);
            writePage(results);
            return ran ? 0 : 1;
        }
        Duration expected = request.names().stream().map(name -> all().get(name).expected(request.scale())).reduce(Duration.ZERO,
                Duration::plus);
        out.println("neurath bench: " + request.names().size() + " experiments, about " + said(expected));
        int failed = 0;
        for (String name : request.names()) {
            failed += inProcessOfItsOwn(name, request.scale());
        }
        out.println("neurath bench: the results are in " + results.resolve("README.md"));
        return failed == 0 ? 0 : 1;
    }

    /** Results to be quoted are kept; those of the short form are not. */
    private static Path results(Scale scale) {
        return Repository.root().resolve(scale == Scale.FULL ? "bench/results" : "bench/target/results");
    }

    static String listing() {
        var text = new StringBuilder("./neurath bench NAME …|all [--short], where NAME is one of\n");
        var total = Duration.ZERO;
        var brief = Duration.ZERO;
        for (Experiment experiment : EXPERIMENTS) {
            text.append("  %-4s %-86s %8s %8s%n".formatted(
                    experiment.name(), experiment.question(), said(experiment.expected(Scale.FULL)),
                    said(experiment.expected(Scale.SHORT))));
            total = total.plus(experiment.expected(Scale.FULL));
            brief = brief.plus(experiment.expected(Scale.SHORT));
        }
        return text.append("  %-4s %-86s %8s %8s%n".formatted(ALL, "all of them", said(total), said(brief))).toString();
    }

    private static String said(Duration time) {
        return time.toSeconds() < 100 ? time.toSeconds() + " s" : Math.round(time.toSeconds() / 60.0) + " min";
    }

    /** Runs one experiment, bounded in time; whether it came to its end. */
    static boolean run(Experiment experiment, Scale scale, Path results, PrintStream out) throws IOException, InterruptedException {
        Duration expected = experiment.expected(scale);
        out.println(experiment.name() + ": " + experiment.question() + " (about " + said(expected) + ")");
        var lab = new Lab(experiment, scale, results.resolve(experiment.name()), out);
        var end = new CompletableFuture<Void>();
        Thread.ofPlatform().daemon().name(experiment.name()).start(() -> {
            try {
                experiment.run(lab);
                end.complete(null);
            } catch (Throwable t) {
                end.completeExceptionally(t);
            }
        });
        Duration limit = expected.multipliedBy(3).plusSeconds(60);
        try {
            end.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            out.println(experiment.name() + " did not end within " + said(limit) + " and is given up");
            return false;
        } catch (ExecutionException e) {
            out.println(experiment.name() + " failed: " + e.getCause());
            e.getCause().printStackTrace(out);
            return false;
        }
        lab.finish();
        out.print(lab.measurements().table());
        return true;
    }

    /** The heap and the compiled code of one experiment are none of the next one's business. */
    private static int inProcessOfItsOwn(String name, Scale scale) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), name));
        if (scale == Scale.SHORT) {
            command.add(SHORT);
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0 ? 0 : 1;
    }

    /** Puts the summaries of all experiments that were run together to one page. */
    static void writePage(Path results) throws IOException {
        var page = new StringBuilder("""
                # Results of the experiments

                Written by `./neurath bench`. What the experiments are, and how fair they are, stands in
                [docs/experiments.md](../../docs/experiments.md).

                """);
        for (Experiment experiment : EXPERIMENTS) {
            Path summary = results.resolve(experiment.name()).resolve("summary.md");
            if (Files.exists(summary)) {
                page.append(Files.readString(summary)).append('\n');
            }
        }
        Files.writeString(results.resolve("README.md"), page.toString().stripTrailing() + '\n');
    }
}
