package neurath.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import neurath.bench.Packets.Drain;
import neurath.bench.Packets.Flood;
import neurath.bench.Packets.Increment;
import neurath.bench.peer.Conversation;

/**
 * A process that has the engine of its class path carry as many packets as it can. Answers {@code row N MILLIS}: a flow of so many
 * operators between source and sink is started, measured for that time and stopped; packets, nanoseconds, and nanoseconds of processor
 * time. Between two lines nothing runs.
 */
public final class Saturation {
    private static final Duration LEAD = Duration.ofMillis(200);

    private Saturation() {}

    /**
     * Answers until its input ends.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        Conversation.hold(line -> {
            String[] words = line.split(" ");
            return words.length == 3 && words[0].equals("row")
                    ? row(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])))
                    : Conversation.unknown(line);
        });
    }

    private static String row(int operators, Duration window) throws Exception {
        var taken = new AtomicLong();
        try (Rig rig = new Rig(Rig.ARC_CAPACITY)) {
            rig.fill("source", Flood.class, Flood::new).fill("sink", Drain.class, () -> new Drain(taken));
            rig.start("source(source) OUT" + Packets.row(rig, operators, Increment::new) + " -> IN sink(sink)");
            Waiting.pass(LEAD);
            long cpuBefore = cpu();
            long before = taken.getOpaque();
            long began = System.nanoTime();
            Waiting.pass(window);
            long packets = taken.getOpaque() - before;
            return packets + " " + (System.nanoTime() - began) + " " + (cpu() - cpuBefore);
        }
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
