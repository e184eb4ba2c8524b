package neurath.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import neurath.api.Changes;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.ParallelChange;
import neurath.api.Parameters;

/**
 * Operators of tests that keep how often they have seen a word in files. In layout 1 there is a file for each word, {@code one/WORD}; in
 * layout 2 the word's first letter is a folder, {@code two/W/WORD}; layout 3 is that of 2 in {@code three}.
 */
final class Words {
    private static final String ONE = "one";

    private Words() {}

    record Settings(Path dir) {}

    /** What a test has the steps do before they work. */
    interface Hook {
        void at(String step) throws Exception;
    }

    static int read(Path file) throws IOException {
        try {
            return Integer.parseInt(Files.readString(file));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    static void write(Path file, int number) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, Integer.toString(number));
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** The content of the folder, as {@code [one/apple 2, two/a/apple 2]}. */
    static Set<String> content(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            return files.filter(file -> !file.equals(dir)).map(file -> {
                try {
                    return dir.relativize(file) + (Files.isDirectory(file) ? "/" : " " + read(file));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    static void delete(Path dir) throws IOException {
        if (Files.exists(dir)) {
            List<Path> files;
            try (Stream<Path> all = Files.walk(dir)) {
                files = all.sorted(java.util.Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Counts in layout 1, which it makes itself. */
    @Parameters(Settings.class)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static final class InLayoutOne implements Operator {
        @Override
        public void open(Context context) throws IOException {
            Path dir = Files.createDirectories(context.parameters(Settings.class).dir().resolve(ONE));
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, word -> {
                int number = read(dir.resolve(word)) + 1;
                write(dir.resolve(word), number);
                out.emit(word + " " + number + " in one");
            });
        }
    }

    /**
     * Counts in a later layout: from it, or, where a word is not there, from the one before; into both as long as the one before is there.
     * Contracting takes over what only that one has.
     */
    abstract static class InLetters implements ParallelChange {
        private final String before;
        private final String layout;
        private final Hook hook;

        InLetters(String before, String layout, Hook hook) {
            this.before = before;
            this.layout = layout;
            this.hook = hook;
        }

        private static Path file(Path dir, String layout, String word) {
            return layout.equals(ONE) ? dir.resolve(ONE).resolve(word) : dir.resolve(layout).resolve(word.substring(0, 1)).resolve(word);
        }

        @Override
        public void open(Context context) throws Exception {
            Path dir = context.parameters(Settings.class).dir();
            if (!Files.isDirectory(dir.resolve(layout))) {
                throw new IOException("there is no layout " + layout);
            }
            Output<String> out = context.output("OUT", String.class);
            context.receive("IN", String.class, word -> {
                // what the version before has written lately is there only; it never goes down
                int number = Math.max(read(file(dir, layout, word)), read(file(dir, before, word))) + 1;
                put(dir, layout, word, number);
                if (Files.isDirectory(dir.resolve(before))) {
                    putIfThere(dir, word, number);
                }
                out.emit(word + " " + number + " in " + layout);
            });
        }

        private void putIfThere(Path dir, String word, int number) throws IOException {
            try {
                put(dir, before, word, number);
            } catch (NoSuchFileException e) {
                // it was contracted at this moment
            }
        }

        private static void put(Path dir, String layout, String word, int number) throws IOException {
            Path file = file(dir, layout, word);
            if (!layout.equals(ONE)) {
                Files.createDirectories(file.getParent());
            }
            write(file, number);
        }

        @Override
        public void expand(Place place) throws Exception {
            hook.at("expand " + layout + " for " + place.node());
            Files.createDirectories(place.parameters(Settings.class).dir().resolve(layout));
            hook.at("expanded " + layout);
        }

        @Override
        public void contract(Place place) throws Exception {
            hook.at("contract " + layout + " for " + place.node());
            Path dir = place.parameters(Settings.class).dir();
            Path old = dir.resolve(before);
            if (Files.isDirectory(old)) {
                List<Path> files;
                try (Stream<Path> all = Files.walk(old)) {
                    files = all.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".next")).toList();
                }
                for (Path file : files) {
                    String word = file.getFileName().toString();
                    if (read(file) > read(file(dir, layout, word))) {
                        put(dir, layout, word, read(file));
                    }
                    hook.at("half contracted " + layout);
                }
                delete(old);
            }
            hook.at("contracted " + layout);
        }

        @Override
        public void withdraw(Place place) throws Exception {
            hook.at("withdraw " + layout + " for " + place.node());
            delete(place.parameters(Settings.class).dir().resolve(layout));
            hook.at("withdrawn " + layout);
        }
    }

    /** Counts in layout 2, which takes the place of layout 1. */
    @Changes("the layout of words")
    @Parameters(Settings.class)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static class InLayoutTwo extends InLetters {
        InLayoutTwo(Hook hook) {
            super(ONE, "two", hook);
        }
    }

    /** Counts in layout 3, which takes the place of layout 2. */
    @Changes("the layout of words")
    @Parameters(Settings.class)
    @In(value = "IN", type = String.class)
    @Out(value = "OUT", type = String.class)
    static class InLayoutThree extends InLetters {
        InLayoutThree(Hook hook) {
            super("two", "three", hook);
        }
    }
}
