package neurath.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final List<String> SOME = List.of("one", "two\nlines = of text", "three, ü and 𝄞", "four");

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("flows").resolve("journal");
    }

    private Journal open() throws JournalException {
        return new Journal(file, disk);
    }

    private List<String> reopened() throws Exception {
        try (Journal journal = open()) {
            return journal.records();
        }
    }

    private void write(List<String> records) throws Exception {
        try (Journal journal = open()) {
            for (String record : records) {
                journal.append(record, true);
            }
        }
    }

    private List<Path> files() throws Exception {
        try (var files = Files.list(file.getParent())) {
            return files.toList();
        }
    }

    @Test
    void records_come_back_in_order() throws Exception {
        assertThat(reopened()).isEmpty();
        write(SOME);
        assertThat(reopened()).isEqualTo(SOME);
        write(List.of("five"));
        assertThat(reopened()).hasSize(5).endsWith("five");
    }

    @Test
    void a_record_that_is_forced_is_forced_before_append_returns() throws Exception {
        try (Journal journal = open()) {
            int before = disk.forced();
            journal.append("on its way", false);
            assertThat(disk.forced()).isEqualTo(before);
            journal.append("there", true);
            assertThat(disk.forced()).isEqualTo(before + 1);
        }
    }

    @Test
    void cut_at_any_byte_it_holds_the_whole_records_before_the_cut() throws Exception {
        write(SOME);
        byte[] whole = Files.readAllBytes(file);
        int[] ends = ends();
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            int cut = length;
            int kept = (int) IntStream.of(ends).filter(end -> end <= cut).count();
            assertThat(reopened()).as("cut at " + length).isEqualTo(SOME.subList(0, kept));
            write(List.of("more"));
            assertThat(reopened()).as("continued after a cut at " + length).hasSize(kept + 1).endsWith("more");
        }
    }

    @Test
    void cut_at_any_byte_with_room_reserved_it_holds_the_whole_records_before_the_cut() throws Exception {
        write(SOME);
        byte[] whole = Files.readAllBytes(file);
        int[] ends = ends();
        for (int written = ends[0]; written < whole.length; written++) {
            Files.write(file, java.util.Arrays.copyOf(java.util.Arrays.copyOf(whole, written), whole.length + 1000));
            int cut = written;
            assertThat(reopened()).as("written up to " + written).isEqualTo(
                    SOME.subList(0, (int) IntStream.of(ends).filter(end -> end <= cut).count()));
            assertThat(files()).as("taken for damaged").containsExactly(file);
        }
    }

    @Test
    void of_any_bit_that_flips_only_the_record_it_lies_in_is_lost() throws Exception {
        write(SOME);
        byte[] whole = Files.readAllBytes(file);
        int[] ends = ends();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            int at = bit / 8;
            int hit = (int) IntStream.of(ends).filter(end -> end <= at).count();
            var left = new ArrayList<>(SOME);
            if (at >= firstRecord()) {
                left.remove(hit);
            }
            assertThat(reopened()).as("bit " + bit).isEqualTo(left);
            boolean last = hit == SOME.size() - 1;
            assertThat(files()).as("kept aside, bit " + bit).hasSize(last ? 1 : 2);
            for (Path other : files()) {
                if (!other.equals(file)) {
                    assertThat(Files.readAllBytes(other)).isEqualTo(flipped);
                    Files.delete(other);
                }
            }
        }
    }

    /** Where each record of {@link #SOME} ends. */
    private static int[] ends() {
        int[] ends = new int[SOME.size()];
        int end = firstRecord();
        for (int i = 0; i < ends.length; i++) {
            end += Frame.encode(i + 1, SOME.get(i)).remaining();
            ends[i] = end;
        }
        return ends;
    }

    private static int firstRecord() {
        return Frame.encode(0, Reading.FORMAT).remaining();
    }

    @Test
    void what_replaces_it_is_there_or_what_was_there_before() throws Exception {
        write(SOME);
        try (Journal journal = open()) {
            disk.room(0);
            assertThatThrownBy(() -> journal.replace(List.of("other"))).isInstanceOf(JournalException.class);
            assertThat(reopened()).isEqualTo(SOME);
            disk.room(1000);
            journal.append("five", true);
            journal.replace(List.of("all"));
            journal.append("and more", true);
        }
        assertThat(reopened()).containsExactly("all", "and more");
        assertThat(files()).containsExactly(file);
    }

    @Test
    void what_was_being_written_to_replace_it_at_a_crash_is_not_read() throws Exception {
        write(SOME);
        Files.write(file.resolveSibling("journal.new"), new byte[100]);
        assertThat(reopened()).isEqualTo(SOME);
        assertThat(files()).containsExactly(file);
    }

    @Test
    void on_a_full_disk_nothing_is_half_written_and_the_message_says_file_and_room() throws Exception {
        write(SOME);
        for (int room = 0; room < 20; room++) {
            try (Journal journal = open()) {
                disk.room(room);
                assertThatThrownBy(() -> journal.append("five", true)).isInstanceOf(JournalException.class)
                        .hasMessageContainingAll(file.toString(), "No space left on device", "KiB free", "make room");
                disk.room(Long.MAX_VALUE);
            }
            assertThat(reopened()).as("with room for " + room).isEqualTo(SOME);
        }
        try (Journal journal = open()) {
            disk.room(7);
            assertThatThrownBy(() -> journal.append("five", true)).isInstanceOf(JournalException.class);
            disk.room(Long.MAX_VALUE);
            journal.append("six", true);
        }
        assertThat(reopened()).hasSize(5).endsWith("six");
    }

    @Test
    void room_that_is_reserved_is_there_when_the_disk_is_full() throws Exception {
        try (Journal journal = open()) {
            journal.append("first", false);
            journal.reserve(1000);
            disk.room(0);
            journal.append("x".repeat(900), true);
            assertThatThrownBy(() -> journal.reserve(100_000)).isInstanceOf(JournalException.class);
        }
        assertThat(reopened()).hasSize(2);
    }

    @Test
    void what_did_not_come_to_the_disk_is_not_read_later() throws Exception {
        write(SOME);
        try (Journal journal = open()) {
            disk.forcing(false);
            assertThatThrownBy(() -> journal.append("five", true)).isInstanceOf(JournalException.class)
                    .hasMessageContaining("Input/output error");
            assertThatThrownBy(journal::force).isInstanceOf(JournalException.class);
        }
        disk.forcing(true);
        assertThat(reopened()).isEqualTo(SOME);
    }

    @Test
    void one_that_is_closed_writes_nothing() throws Exception {
        Journal left = open();
        left.append("one", true);
        left.close();
        write(List.of("two"));
        assertThatThrownBy(() -> left.append("three", true)).isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> left.replace(List.of("three"))).isInstanceOf(JournalException.class);
        assertThat(reopened()).containsExactly("one", "two");
    }

    @Test
    void one_of_another_format_is_refused_and_left_as_it_is() throws Exception {
        Files.createDirectories(file.getParent());
        try (FileChannel channel = disk.open(file, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(Frame.encode(0, Reading.FORMAT_NAME + 2), 0);
        }
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(this::open).isInstanceOf(JournalException.class)
                .hasMessageContainingAll(file.toString(), "'neurath journal 2'", "'neurath journal 1'", "--home");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void what_cannot_be_read_is_named() throws Exception {
        Files.createDirectories(file);
        assertThatThrownBy(this::open).isInstanceOf(JournalException.class).hasMessageContainingAll(file.toString(), "--home");
        Path under = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> new Journal(under.resolve("flows/journal"), disk)).isInstanceOf(JournalException.class)
                .hasMessageContainingAll(under.resolve("flows/journal").toString(), "--home");
    }
}
