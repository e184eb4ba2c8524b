package neurath.operator.http.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import neurath.http.Loaded;
import neurath.http.Request;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;

class MergeTest {
    private final Request request =
            new Request(null, 0, "GET", null, "/a.txt", HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of("identity"));
    private final Merge merge = new Merge();

    @Test
    void who_missed_a_request_is_told_what_was_found() {
        List<Loaded> told = new ArrayList<>();
        Loaded found = Loaded.without(request.with(told::add), 404);
        assertThat(merge.apply(found)).isSameAs(found);
        assertThat(told).containsExactly(found);
    }

    @Test
    void what_nobody_missed_goes_on_as_it_is() {
        Loaded found = Loaded.without(request, 404);
        assertThat(merge.apply(found)).isSameAs(found);
    }
}
