package neurath.operator.http.cond;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import neurath.http.Request;
import neurath.testing.Workbench;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;

class CondTest {
    @Test
    void a_path_that_matches_is_remote_and_another_is_local() throws Exception {
        Workbench bench = new Workbench().set("REMOTE_PATHS", "/feeds/**");
        new Cond().open(bench);
        var ports = new ArrayList<String>();
        for (String path : List.of("/feeds/a.xml", "/", "/feedsa")) {
            bench.send("IN", new Request(null, 0, "GET", HttpURI.from(path), path, HttpVersion.HTTP_1_1, HttpFields.EMPTY, List.of()));
            ports.add(bench.port());
        }
        assertThat(ports).containsExactly("REMOTE", "LOCAL", "LOCAL");
    }

    @Test
    void what_was_refused_is_answered_here() throws Exception {
        Workbench bench = new Workbench().set("REMOTE_PATHS", "/**");
        new Cond().open(bench);
        bench.send("IN", Request.refused(null, 400, "GET", HttpVersion.HTTP_1_1));
        assertThat(bench.port()).isEqualTo("LOCAL");
    }

    @Test
    void a_wrong_pattern_is_named_with_the_node() {
        Workbench bench = new Workbench().set("REMOTE_PATHS", "feeds");
        assertThatThrownBy(() -> new Cond().open(bench)).hasMessageContaining("workbench/node").hasMessageContaining("feeds");
    }
}
