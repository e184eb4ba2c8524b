package neurath.operator.http.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import neurath.operator.http.load.Site.File;
import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;

class DescriptionTest {
    private static final Instant MODIFIED = Instant.parse("2026-01-02T03:04:05.678901234Z");

    private final Description description = new Description(true);

    private static File file(String coding, long size, Instant modified) {
        return new File(Path.of("a.txt"), "a.txt", coding, size, FileTime.from(modified));
    }

    private String tag(File file) {
        return description.of(file).get(HttpHeader.ETAG);
    }

    @Test
    void a_file_is_described() {
        HttpFields fields = description.of(file("identity", 5, MODIFIED));
        assertThat(fields.get(HttpHeader.LAST_MODIFIED)).isEqualTo("Fri, 02 Jan 2026 03:04:05 GMT");
        assertThat(fields.get(HttpHeader.ETAG)).matches("\"[0-9a-f]+-5\"");
        assertThat(fields.get(HttpHeader.ACCEPT_RANGES)).isEqualTo("bytes");
        assertThat(fields.get(HttpHeader.VARY)).isEqualTo("Accept-Encoding");
        assertThat(fields.contains(HttpHeader.CONTENT_ENCODING)).isFalse();
        assertThat(description.of(file("gzip", 5, MODIFIED)).get(HttpHeader.CONTENT_ENCODING)).isEqualTo("gzip");
    }

    @Test
    void whatever_is_another_content_has_another_tag() {
        Set<String> tags = new HashSet<>();
        for (String coding : List.of("identity", "gzip", "br")) {
            for (long size : new long[] {0, 5, 6}) {
                tags.add(tag(file(coding, size, MODIFIED)));
                tags.add(tag(file(coding, size, MODIFIED.plusNanos(1))));
            }
        }
        assertThat(tags).hasSize(18);
        assertThat(tag(file("gzip", 5, MODIFIED))).isEqualTo(tag(file("gzip", 5, MODIFIED)));
    }

    @Test
    void nothing_was_modified_in_the_future() {
        String date = description.of(file("identity", 5, Instant.now().plusSeconds(100_000))).get(HttpHeader.LAST_MODIFIED);
        assertThat(HttpDateTime.parseToEpoch(date)).isLessThanOrEqualTo(System.currentTimeMillis());
    }

    @Test
    void what_changes_has_no_validators() {
        HttpFields fields = description.ofChanging(file("gzip", 5, MODIFIED));
        assertThat(fields.contains(HttpHeader.ETAG)).isFalse();
        assertThat(fields.contains(HttpHeader.LAST_MODIFIED)).isFalse();
        assertThat(fields.get(HttpHeader.CONTENT_ENCODING)).isEqualTo("gzip");
    }

    @Test
    void where_there_are_no_codings_nothing_varies() {
        assertThat(new Description(false).of(file("identity", 5, MODIFIED)).contains(HttpHeader.VARY)).isFalse();
    }
}
