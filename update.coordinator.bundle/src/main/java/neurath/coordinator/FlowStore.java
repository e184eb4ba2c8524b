package neurath.coordinator;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import neurath.coordinator.Entry.Kind;
import neurath.coordinator.journal.Journal;
import neurath.coordinator.journal.Opener;
import neurath.engine.OperatorVersion;
import neurath.events.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a restart finds: the flows with their graphs, versions and policies, how their updates ended, and which bundles belong to them.
 *
 * <p>All of it is in one journal. An update is committed by one record, {@link Kind#UPDATE_SWITCHED}, which holds the whole
 * configuration of its flow: before it the old one counts, with it the new one, and never half of either. For the coordinator's thread.
 */
final class FlowStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FlowStore.class);
    private static final String JOURNAL = "journal";
    private static final String OLD_RECORD = ".properties";
    private static final String OLD_HISTORY = ".history";
    private static final String CONVERTED = ".converted";
    private static final String LINE = "line";
    private static final String BROUGHT = "brought";
    private static final String BEGAN = "began";
    private static final String UPDATE = "update";
    private static final String MILESTONES = "milestones";
    private static final String NO_NUMBER = "0";
    /** What the history said of the number before it was kept beside the line. */
    private static final Pattern NUMBER = Pattern.compile("  update (\\d{1,9}) ");
    private static final int MANY_BYTES = 1 << 20;
    private static final int ROOM_FOR_AN_END = 1 << 15;

    private final Path folder;
    private final BundleKeeper keeper;
    private final Journal journal;
    /** The latest record of each flow, by its name; and what is known of bundles, by location. */
    private final Map<String, Entry> flows = new LinkedHashMap<>();
    private final Map<String, History> histories = new HashMap<>();
    /** The updates that have not ended, by {@link #update}. */
    private final Map<String, Entry> begun = new LinkedHashMap<>();
    private final Map<String, StoredBundle> bundles = new LinkedHashMap<>();
    private final List<String> notUnderstood = new ArrayList<>();
    /** Names of the flows whose records could not be read. */
    private final Set<String> unreadable = new HashSet<>();
    /** Whether something could not be written that the next record must bring along. */
    private boolean behind;
    private long compacted;

    FlowStore(Path folder) {
        this(folder, FileChannel::open, versions -> List.of());
    }

    /** @param opener of the journal's files */
    FlowStore(Path folder, Opener opener, BundleKeeper keeper) {
        this.folder = folder;
        this.keeper = keeper;
        try {
            this.journal = new Journal(folder.resolve(JOURNAL), opener);
            journal.records().forEach(this::read);
            compacted = journal.size();
            convertOldHomes();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** All records that can be read; one that cannot is reported and kept as it is. An update that nobody ended is aborted. */
    Map<String, FlowRecord> load() {
        var records = new LinkedHashMap<String, FlowRecord>();
        flows.forEach((name, entry) -> {
            try {
                records.put(name, FlowRecord.of(entry));
            } catch (RuntimeException e) {
                unreadable.add(name);
                LOG.error("what {} holds of {} cannot be understood, its flow is not started; start it anew with flow:start FILE",
                        folder.resolve(JOURNAL), name, e);
            }
        });
        List.copyOf(begun.values()).stream().filter(left -> records.containsKey(left.flow())).forEach(left -> {
            FlowRecord record = records.get(left.flow());
            int number = number(left);
            record.updates = Math.max(record.updates, number);
            List.of(left.required(BROUGHT).split(" ")).stream().filter(key -> !key.isEmpty()).forEach(record.refused::add);
            var outcome = new Outcome.Aborted(number, "the platform ended before it was switched; the old configuration is resumed");
            abortLate(record, new Past(number, left.required(BEGAN) + "  " + outcome, milestones(left))
                    .with(new Milestone(Phase.ABORTED, Instant.now(), "found by the restart")));
        });
        return records;
    }

    private void abortLate(FlowRecord record, Past past) {
        try {
            aborted(record, past);
        } catch (UncheckedIOException e) {
            LOG.error("{}: '{}' is not on the disk: {}", record.name(), past.line(), e.getMessage());
        }
    }

    /** Whether there is a record of the flow that could not be read. */
    boolean isUnreadable(String flow) {
        return unreadable.contains(flow);
    }

    /** The flow is to be resumed so from now on. */
    void save(FlowRecord record) {
        unreadable.remove(record.name());
        write(new Entry(Kind.FLOW, record.fields()), true);
    }

    /** The same where it does no harm if it is not known after a crash. */
    void note(FlowRecord record) {
        try {
            write(new Entry(Kind.FLOW, record.fields()), false);
        } catch (UncheckedIOException e) {
            LOG.error("what was noted of {} is not on the disk: {}", record.name(), e.getMessage());
        }
    }

    /**
     * An update begins. The code of its versions is in the store with this, and there is room for how it ends.
     *
     * @param number of the update
     * @param brought keys of the versions that are not tried again if it does not end
     * @param way what it has come to so far
     */
    void begin(
            FlowRecord record, int number, String began, Collection<String> brought, Collection<OperatorVersion> versions,
            List<Milestone> way) {
        keep(versions);
        var fields = new LinkedHashMap<String, String>();
        fields.put(FlowRecord.NAME, record.name());
        fields.put(UPDATE, Integer.toString(number));
        fields.put(BEGAN, began);
        fields.put(BROUGHT, String.join(" ", brought));
        fields.put(MILESTONES, Milestone.text(way));
        write(new Entry(Kind.UPDATE_BEGUN, fields), false);
        try {
            journal.reserve(2 * new Entry(Kind.FLOW, record.fields()).text().length() + ROOM_FOR_AN_END);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The commit point of an update: what a restart finds, unless the power fails before {@link #force}. */
    void switched(FlowRecord record, Past past) {
        write(ended(Kind.UPDATE_SWITCHED, record, past), false);
    }

    /** What was written so far is on the disk. */
    void force() {
        try {
            journal.force();
        } catch (IOException e) {
            behind = true;
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** An update is aborted, and the flow is as the record says. */
    void aborted(FlowRecord record, Past past) {
        write(ended(Kind.UPDATE_ABORTED, record, past), true);
    }

    private static Entry ended(Kind kind, FlowRecord record, Past past) {
        Map<String, String> fields = record.fields();
        put(past, fields);
        return new Entry(kind, fields);
    }

    private static void put(Past past, Map<String, String> fields) {
        fields.put(UPDATE, Integer.toString(past.update()));
        fields.put(LINE, past.line());
        if (!past.milestones().isEmpty()) {
            fields.put(MILESTONES, Milestone.text(past.milestones()));
        }
    }

    /** An update that has ended came to something more; it does no harm if that is not known after a crash. */
    void follow(String flow, int number, Milestone milestone) {
        if (past(flow, number).filter(past -> !past.milestones().isEmpty()).isEmpty()) {
            return;
        }
        var fields = new LinkedHashMap<String, String>();
        fields.put(FlowRecord.NAME, flow);
        fields.put(UPDATE, Integer.toString(number));
        fields.put(MILESTONES, Milestone.text(List.of(milestone)));
        try {
            write(new Entry(Kind.UPDATE_FOLLOWED, fields), false);
        } catch (UncheckedIOException e) {
            LOG.error("{}: that update {} is {} is not on the disk: {}", flow, number, milestone.name(), e.getMessage());
        }
    }

    /** How the latest updates of a flow ended, oldest first. */
    List<String> history(String flow) {
        return histories.getOrDefault(flow, new History()).lines();
    }

    /** These with what they came to. */
    List<Past> pasts(String flow) {
        return histories.getOrDefault(flow, new History()).all();
    }

    /** One of these, if it is among them. */
    Optional<Past> past(String flow, int update) {
        return histories.getOrDefault(flow, new History()).of(update);
    }

    /** A line for a flow's history, of something that is no update; it does no harm if it is not known after a crash. */
    void tell(String flow, String line) {
        try {
            write(history(flow, new Past(Integer.parseInt(NO_NUMBER), line, List.of())), false);
        } catch (UncheckedIOException e) {
            LOG.error("{}: '{}' is not on the disk: {}", flow, line, e.getMessage());
        }
    }

    // ---- bundles ----

    /** The code of versions is to be there after a restart. */
    void keep(Collection<OperatorVersion> versions) {
        try {
            for (StoredBundle bundle : keeper.keep(versions)) {
                if (!bundle.equals(bundles.get(bundle.location()))) {
                    write(bundle.entry(), true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The bundles that are to be there after a restart. */
    List<StoredBundle> bundles() {
        return List.copyOf(bundles.values());
    }

    /** A bundle was brought back, and has another key since. */
    void replace(StoredBundle bundle) {
        write(bundle.entry(), true);
    }

    /** A bundle need not be there after a restart. */
    void drop(String location) {
        if (bundles.containsKey(location)) {
            write(StoredBundle.dropped(location), true);
        }
    }

    // ---- the journal ----

    private void read(String text) {
        try {
            apply(Entry.parse(text));
        } catch (RuntimeException e) {
            notUnderstood.add(text);
            LOG.error("a record of {} is not understood and passed over; was it written by a later version? It is: {}",
                    folder.resolve(JOURNAL), text, e);
        }
    }

    private void apply(Entry entry) {
        switch (entry.kind()) {
            case FLOW -> flows.put(entry.flow(), entry);
            case UPDATE_BEGUN -> begun.put(update(entry), entry);
            case UPDATE_SWITCHED, UPDATE_ABORTED -> end(entry);
            case HISTORY -> remember(entry);
            case UPDATE_FOLLOWED -> milestones(entry).forEach(more -> historyOf(entry.flow()).follow(number(entry), more));
            case BUNDLE_STORED -> bundles.put(entry.required("location"), StoredBundle.of(entry));
            case BUNDLE_DROPPED -> bundles.remove(entry.required("location"));
        }
    }

    /** How an update ended; of two ends the later one counts. */
    private void end(Entry entry) {
        boolean again = begun.remove(update(entry)) == null && entry.kind() == Kind.UPDATE_ABORTED
                && isOfSameUpdate(entry, flows.get(entry.flow()));
        if (again) {
            histories.get(entry.flow()).removeLatest();
        }
        remember(entry);
        flows.put(entry.flow(), new Entry(Kind.FLOW, entry.fields()));
    }

    private static boolean isOfSameUpdate(Entry entry, Entry before) {
        return before != null && before.fields().containsKey(LINE) && number(before) == number(entry);
    }

    /** Flow and number of an update. */
    private static String update(Entry entry) {
        return entry.flow() + ' ' + number(entry);
    }

    /** Number of an update; where updates were carried out one after the other the counter was enough. */
    private static int number(Entry entry) {
        String number = entry.fields().get(UPDATE);
        return Integer.parseInt(number == null ? entry.required("updates") : number);
    }

    private static List<Milestone> milestones(Entry entry) {
        return Milestone.parse(entry.fields().getOrDefault(MILESTONES, ""));
    }

    private void remember(Entry entry) {
        String line = entry.required(LINE);
        Matcher told = NUMBER.matcher(line);
        String number = told.find() ? told.group(1) : NO_NUMBER;
        int update = Integer.parseInt(entry.fields().getOrDefault(UPDATE, number));
        historyOf(entry.flow()).add(new Past(update, line, milestones(entry)));
    }

    private History historyOf(String flow) {
        return histories.computeIfAbsent(flow, ignored -> new History());
    }

    private void write(Entry entry, boolean forced) {
        apply(entry);
        try {
            if (behind) {
                compact();
            } else {
                journal.append(entry.text(), forced);
                if (journal.size() > 2 * compacted + MANY_BYTES) {
                    compact();
                }
            }
        } catch (IOException e) {
            behind = true;
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void compact() throws IOException {
        journal.replace(snapshot());
        compacted = journal.size();
        behind = false;
    }

    private List<String> snapshot() {
        var records = new ArrayList<>(notUnderstood);
        bundles.values().forEach(bundle -> records.add(bundle.entry().text()));
        flows.values().forEach(flow -> records.add(flow.text()));
        histories.forEach((flow, history) -> history.all().forEach(past -> records.add(history(flow, past).text())));
        begun.values().forEach(update -> records.add(update.text()));
        return records;
    }

    private static Entry history(String flow, Past past) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(FlowRecord.NAME, flow);
        put(past, fields);
        return new Entry(Kind.HISTORY, fields);
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }

    // ---- homes without a journal ----

    /** Takes over the files of flows that an earlier version wrote, each once. */
    private void convertOldHomes() throws IOException {
        var converted = new ArrayList<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + OLD_RECORD)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                name = name.substring(0, name.length() - OLD_RECORD.length());
                if (flows.containsKey(name) || convert(name, file)) {
                    converted.add(file);
                    converted.add(file.resolveSibling(name + OLD_HISTORY));
                }
            }
        }
        if (!converted.isEmpty()) {
            behind = true;
            compact();
            for (Path file : converted) {
                if (Files.exists(file)) {
                    Files.move(file, file.resolveSibling(file.getFileName() + CONVERTED), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private boolean convert(String name, Path file) throws IOException {
        try {
            var properties = new Properties();
            properties.load(new StringReader(Files.readString(file)));
            var fields = new LinkedHashMap<String, String>();
            properties.stringPropertyNames().forEach(field -> fields.put(field, properties.getProperty(field)));
            var entry = new Entry(Kind.FLOW, fields);
            FlowRecord.of(entry);
            Path history = file.resolveSibling(name + OLD_HISTORY);
            apply(entry);
            if (Files.exists(history)) {
                Files.readAllLines(history).forEach(line -> apply(new Entry(Kind.HISTORY, Map.of(FlowRecord.NAME, name, LINE, line))));
            }
            LOG.info("{} is taken over into the journal", file);
            return true;
        } catch (IOException | RuntimeException e) {
            unreadable.add(name);
            LOG.error("{} cannot be read, its flow is not started; mend it or remove it, and restart", file, e);
            return false;
        }
    }
}
