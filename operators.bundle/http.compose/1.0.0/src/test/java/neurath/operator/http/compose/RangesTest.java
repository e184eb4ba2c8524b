package neurath.operator.http.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.jetty.http.ByteRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    private final Ranges ranges = new Ranges(4);

    private static String text(List<ByteRange> ranges) {
        return String.join(" ", ranges.stream().map(range -> range.first() + "-" + range.last()).toList());
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "bytes=0-4           | 0-4",
                "BYTES=0-0           | 0-0",
                "bytes=5-            | 5-9",
                "bytes=0-            | 0-9",
                "bytes=-3            | 7-9",
                "bytes=-30           | 0-9",
                "bytes=5-30          | 5-9",
                "bytes=0-9           | 0-9",
                "bytes=0-99999999999999999999999 | 0-9",
                "bytes=-99999999999999999999999  | 0-9",
                "bytes=0-9223372036854775808     | 0-9",
                "bytes=0-1,4-5       | 0-1 4-5",
                "bytes=4-5,0-1       | 4-5 0-1",
                "bytes= 0-1 ,, 4-5 , | 0-1 4-5",
                "bytes=0-4,3-6       | 0-6",
                "bytes=8-9,0-1,2-3   | 0-3 8-9",
                "bytes=0-9,2-3       | 0-9",
                "bytes=0-0,-1        | 0-0 9-9",
                "bytes=0-1,20-30     | 0-1",
                "bytes=0-,0-,0-,0-   | 0-9",
            },
            delimiter = '|')
    void ranges_are_cut_at_the_end_and_do_not_overlap(String field, String expected) {
        assertThat(text(ranges.of(field, 10))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=20-30,40-", "bytes=99999999999999999999999-",
                "bytes=99999999999999999999998-99999999999999999999999"})
    void what_lies_behind_the_end_is_not_satisfiable(String field) {
        assertThat(ranges.of(field, 10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"items=0-1", "bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=-", "bytes=1", "bytes=4-2", "bytes=0-1,a",
                "bytes=0x1-2",
                "bytes=1-2-3", "bytes=--1", "bytes=+1-2", "bytes=0-1;2-3", "bytes 0-1", "0-1", "bytes=0-1,bytes=2-3", "bytes=1 - 2",
                "bytes=\u0661-\u0662", "bytes=0-0,2-2,4-4,6-6,8-8"})
    void what_cannot_be_read_or_is_too_much_is_ignored(String field) {
        assertThat(ranges.of(field, 10)).isNull();
    }

    @Test
    void nothing_has_no_ranges() {
        assertThat(ranges.of("bytes=0-", 0)).isEmpty();
        assertThat(ranges.of("bytes=-1", 0)).isNull();
    }
}
