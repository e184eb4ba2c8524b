package neurath.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import neurath.api.Context;
import neurath.api.In;
import neurath.api.Operator;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Source;
import neurath.api.Stateful;
import neurath.engine.Marker.Commit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hundreds of versions under a source that never waits, on real threads. */
@Timeout(120)
class SwapStressTest {
    private static final int VERSIONS = 200;

    /** A number and the versions that handled it. */
    record Stamped(long number, int first, int second) {}

    @Out(value = "OUT", type = Stamped.class)
    static final class Flood implements Source {
        private final AtomicLong emitted;
        private Output<Stamped> output;

        Flood(AtomicLong emitted) {
            this.emitted = emitted;
        }

        @Override
        public void open(Context context) {
            output = context.output("OUT", Stamped.class);
        }

        @Override
        public boolean produce() {
            for (int i = 0; i < 64; i++) {
                output.emit(new Stamped(emitted.getAndIncrement(), 0, 0));
            }
            return true;
        }
    }

    record Count(long packets) {}

    @In(value = "IN", type = Stamped.class)
    @Out(value = "OUT", type = Stamped.class)
    static final class Link implements Stateful<Count> {
        private final boolean first;
        private final int version;
        private final AtomicReference<Count> atTheEnd;
        private long packets;

        Link(boolean first, int version, AtomicReference<Count> atTheEnd) {
            this.first = first;
            this.version = version;
            this.atTheEnd = atTheEnd;
        }

        @Override
        public void open(Context context) {
            Output<Stamped> output = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> {
                packets++;
                output.emit(first ? new Stamped(packet.number(), version, 0) : new Stamped(packet.number(), packet.first(), version));
            });
        }

        @Override
        public Count state() {
            return new Count(packets);
        }

        @Override
        public void restore(Count state) {
            packets = state.packets();
        }

        @Override
        public void discard() {
            atTheEnd.set(state());
        }
    }

    @In(value = "IN", type = Stamped.class)
    @Out(value = "OUT", type = Stamped.class)
    static final class PlainLink implements Operator {
        private final boolean first;
        private final int version;

        PlainLink(boolean first, int version) {
            this.first = first;
            this.version = version;
        }

        @Override
        public void open(Context context) {
            Output<Stamped> output = context.output("OUT", Stamped.class);
            context.receive("IN", Stamped.class, packet -> output.emit(
                    first ? new Stamped(packet.number(), version, 0) : new Stamped(packet.number(), packet.first(), version)));
        }
    }

    /** Checks each packet as it comes. */
    @In(value = "IN", type = Stamped.class)
    static final class Judge implements Operator {
        final AtomicLong taken = new AtomicLong();
        final AtomicReference<String> complaint = new AtomicReference<>();
        final Map<Integer, Long> perVersion = new LinkedHashMap<>();
        private int latest;

        @Override
        public void open(Context context) {
            context.receive("IN", Stamped.class, packet -> {
                if (packet.number() != taken.get()) {
                    complaint.compareAndSet(null, "out of order: " + packet + " as number " + taken);
                } else if (packet.first() != packet.second()) {
                    complaint.compareAndSet(null, "a mixture of versions: " + packet);
                } else if (packet.first() < latest) {
                    complaint.compareAndSet(null, "an old version behind the marker: " + packet + " after " + latest);
                }
                latest = packet.first();
                perVersion.merge(latest, 1L, Long::sum);
                taken.incrementAndGet();
            });
        }
    }

    private void swapManyVersions(Commit commit) throws Exception {
        var emitted = new AtomicLong();
        var atTheEnd = new AtomicReference<Count>();
        var judge = new Judge();
        List<Versions> links = new ArrayList<>();
        try (var shop = new Workshop(64)) {
            shop.fill("source", Flood.class, () -> new Flood(emitted));
            if (commit == Commit.HOLD) {
                links.add(shop.fill("a", Link.class, () -> new Link(true, 1, atTheEnd)));
                links.add(shop.fill("b", Link.class, () -> new Link(false, 1, atTheEnd)));
            } else {
                links.add(shop.fill("a", PlainLink.class, () -> new PlainLink(true, 1)));
                links.add(shop.fill("b", PlainLink.class, () -> new PlainLink(false, 1)));
            }
            shop.fill("judge", Judge.class, () -> judge);
            shop.start("source.OUT -> a.IN", "a.OUT -> b.IN", "b.OUT -> judge.IN");
            for (int number = 2; number <= VERSIONS; number++) {
                long before = judge.taken.get();
                await().atMost(Workshop.LONG).pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO)
                        .until(() -> judge.taken.get() > before);
                Versions a = link(shop, commit, "a", number, atTheEnd);
                Versions b = link(shop, commit, "b", number, atTheEnd);
                links.add(a);
                links.add(b);
                shop.update(commit, Set.of("a", "b"), Map.of("a", a, "b", b));
                assertThat(judge.complaint).hasNullValue();
            }
            await().atMost(Workshop.LONG).untilAsserted(() -> {
                assertThat(links.stream().mapToInt(version -> version.alive.get()).sum()).as("instances of a and b").isEqualTo(2);
                assertThat(shop.threads.alive).as("threads").hasValue(4);
                assertThat(shop.flow().retirement().retiring()).isEmpty();
            });
            shop.end();

            assertThat(judge.complaint).hasNullValue();
            assertThat(judge.taken.get()).as("conservation").isEqualTo(emitted.get());
            assertThat(judge.perVersion).as("versions that were seen at work").hasSizeGreaterThan(VERSIONS / 2);
            if (commit == Commit.HOLD) {
                assertThat(atTheEnd.get()).as("state passed through all versions").isEqualTo(new Count(emitted.get()));
            }
        }
    }

    private static Versions link(Workshop shop, Commit commit, String node, int number, AtomicReference<Count> atTheEnd) {
        boolean first = node.equals("a");
        return commit == Commit.HOLD
                ? shop.version(node, number + ".0.0", Link.class, () -> new Link(first, number, atTheEnd))
                : shop.version(node, number + ".0.0", PlainLink.class, () -> new PlainLink(first, number));
    }

    @Test
    void two_hundred_versions_stream_by_without_a_lost_packet_or_a_mixture() throws Exception {
        swapManyVersions(Commit.STREAM);
    }

    @Test
    void two_hundred_handovers_lose_neither_packet_nor_state() throws Exception {
        swapManyVersions(Commit.HOLD);
    }
}
