package neurath.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private static final String FULL = "--full";
    private static final String UNCOORDINATED = "--uncoordinated";
    private static final String WORLDS = "--worlds";
    private static final String SEED = "--seed";

    private static final List<Experiment> EXPERIMENTS = List.of(
            new Injection(), new UpdateRate(), new StateSize(), new SingleOperator(), new Faults(), new BesideFlink(),
            new ManyBundles(), new Kills(), new Overlap(), new Idle(), new Restart(), new NioSwitch(false), new DynamicEvolution(),
            new CacheFilling(), new Overhead(), new HttpCost(),
            new Worlds());

    private Main() {}

    /** A command line that cannot be followed. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /**
     * What is asked for.
     *
     * @param names of experiments; none to list them
     * @param form of all of them; each has its own if nobody says
     * @param uncoordinated what the option of {@code s2} says
     * @param numbers what the options of {@code sim} say
     */
    record Request(Set<String> names, Optional<Scale> form, boolean uncoordinated, Map<String, Long> numbers) {
        static Request of(String... words) {
            var names = new LinkedHashSet<String>();
            var numbers = new LinkedHashMap<String, Long>();
            Optional<Scale> form = Optional.empty();
            boolean uncoordinated = false;
            Iterator<String> left = List.of(words).iterator();
            while (left.hasNext()) {
                String word = left.next();
                switch (word) {
                    case SHORT -> form = Optional.of(Scale.SHORT);
                    case FULL -> form = Optional.of(Scale.FULL);
                    case UNCOORDINATED -> uncoordinated = true;
                    case WORLDS, SEED -> numbers.put(word, number(word, left));
                    case ALL -> names.addAll(all().keySet());
                    default -> names.add(known(word));
                }
            }
            var request = new Request(names, form, uncoordinated, numbers);
            request.refuseWhatIsForOthers();
            return request;
        }

        private static String known(String word) {
            if (all().containsKey(word)) {
                return word;
            }
            throw new UsageException("there is no experiment '" + word + "'; known are " + String.join(", ", all().keySet()) + ", " + ALL
                    + " and the options " + SHORT + " and " + FULL);
        }

        private void refuseWhatIsForOthers() {
            if (!numbers.isEmpty() && !names.contains(Worlds.NAME)) {
                throw new UsageException(String.join(" and ", numbers.keySet()) + " are for the experiment " + Worlds.NAME
                        + "; say ./neurath bench " + Worlds.NAME);
            }
            if (uncoordinated && !names.contains(NioSwitch.NAME)) {
                throw new UsageException(UNCOORDINATED + " is for the experiment " + NioSwitch.NAME
                        + "; say ./neurath bench " + NioSwitch.NAME + ' ' + UNCOORDINATED);
            }
        }

        private static long number(String option, Iterator<String> words) {
            String word = words.hasNext() ? words.next() : "";
            if (!word.matches("\\d{1,18}") || option.equals(WORLDS) && Long.parseLong(word) == 0) {
                throw new UsageException(option + " takes a number, as in " + option + " 4711, and not '" + word + "'");
            }
            return Long.parseLong(word);
        }

        Experiment experiment(String name) {
            return switch (name) {
                case Worlds.NAME -> new Worlds(asked(WORLDS), asked(SEED));
                case NioSwitch.NAME -> new NioSwitch(uncoordinated);
                default -> all().get(name);
            };
        }

        Scale scale(String name) {
            return form.orElseGet(experiment(name)::usual);
        }

        private OptionalLong asked(String option) {
            return numbers.containsKey(option) ? OptionalLong.of(numbers.get(option)) : OptionalLong.empty();
        }

        /** The command line for one of several experiments. */
        List<String> wordsFor(String name) {
            var words = new ArrayList<String>(List.of(name));
            form.ifPresent(scale -> words.add(scale == Scale.FULL ? FULL : SHORT));
            if (name.equals(Worlds.NAME)) {
                numbers.forEach((option, number) -> words.addAll(List.of(option, number.toString())));
            }
            if (name.equals(NioSwitch.NAME) && uncoordinated) {
                words.add(UNCOORDINATED);
            }
            return words;
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
        if (request.names().isEmpty()) {
            out.print(listing());
            return 0;
        }
        if (request.names().size() == 1) {
            String name = request.names().iterator().next();
            Experiment experiment = request.experiment(name);
            Path results = results(experiment, request.scale(name));
            boolean ran = run(experiment, request.scale(name), results, out);
            writePage(results);
            return ran ? 0 : 1;
        }
        Duration expected = request.names().stream()
                .map(name -> request.experiment(name).expected(request.scale(name)))
                .reduce(Duration.ZERO, Duration::plus);
        out.println("neurath bench: " + request.names().size() + " experiments, about " + said(expected));
        int failed = 0;
        var pages = new LinkedHashSet<Path>();
        for (String name : request.names()) {
            failed += inProcessOfItsOwn(request.wordsFor(name));
            pages.add(results(request.experiment(name), request.scale(name)).resolve("README.md"));
        }
        pages.forEach(page -> out.println("neurath bench: the results are in " + page));
        return failed == 0 ? 0 : 1;
    }

    /** Results to be quoted are kept; those of a form shorter than the usual are not. */
    private static Path results(Experiment experiment, Scale scale) {
        return Repository.root().resolve(scale.compareTo(experiment.usual()) <= 0 ? "bench/results" : "bench/target/results");
    }

    static String listing() {
        var text = new StringBuilder(
                "./neurath bench NAME …|all [--full|--short]; s2 takes [--uncoordinated], sim [--worlds N] [--seed S]; NAME is"
                        + " one of these, with how long the full form takes and the short one, the usual one with a star\n");
        var usual = Duration.ZERO;
        for (Experiment experiment : EXPERIMENTS) {
            text.append("  %-4s %-86s %8s %8s".formatted(
                    experiment.name(), experiment.question(), said(experiment, Scale.FULL), said(experiment, Scale.SHORT)).stripTrailing())
                    .append('\n');
            usual = usual.plus(experiment.expected(experiment.usual()));
        }
        return text.append("  %-4s %-86s %8s%n".formatted(ALL, "all of them, each in its usual form", said(usual))).toString();
    }

    private static String said(Experiment experiment, Scale scale) {
        return said(experiment.expected(scale)) + (experiment.usual() == scale ? "*" : " ");
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
    private static int inProcessOfItsOwn(List<String> words) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(words);
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
