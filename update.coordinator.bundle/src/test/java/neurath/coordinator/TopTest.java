package neurath.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import neurath.coordinator.Texts.Say;
import neurath.engine.NodeStatus;
import org.junit.jupiter.api.Test;

class TopTest {
    private static NodeStatus status(String name, long taken, long emitted, long nanos, int queued) {
        TestVersion version = TestVersion.of(name, "1.0.0", 1, Say.class, () -> new Say(name));
        return new NodeStatus(name, version, null, taken, emitted, 0, 0, 0, nanos, queued, 1024, 0, -1, Map.of());
    }

    @Test
    void what_happened_in_between_is_told_with_the_busiest_node_first() {
        var before = List.of(status("feed", 0, 100, 1_000_000, 0), status("a", 100, 100, 5_000_000, 3), status("idle", 7, 7, 9_000, 0));
        var after = List.of(
                status("feed", 0, 1_100, 2_000_000, 0), status("a", 1_100, 1_100, 505_000_000, 12), status("idle", 7, 7, 9_000, 0),
                status("new", 10, 10, 100_000, 1));
        assertThat(new Top(Duration.ofMillis(500)).with("flow", before, after)).hasToString("""
                flow  node  operator    busy     packets/s  each      queued
                flow  a     a@1.0.0     100.0 %  2000       500.0 µs  12/1024
                flow  feed  feed@1.0.0  0.2 %    2000       1.0 µs    0/1024
                flow  new   new@1.0.0   0.0 %    20         10.0 µs   1/1024
                flow  idle  idle@1.0.0  0.0 %    0                    0/1024""");
    }
}
