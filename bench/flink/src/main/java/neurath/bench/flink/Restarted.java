package neurath.bench.flink;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * Answers each line {@code update} with the longest time in nanoseconds without an output while the job was stopped with a savepoint
 * and submitted again from it, and the number of packets that were lost or doubled. Between two lines nothing runs.
 */
public final class Restarted {
    private static final double PER_SECOND = 5000;
    private static final long STEADY = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_SECONDS = 30;

    private final MiniCluster cluster;
    private final Path savepoints;

    private Restarted(MiniCluster cluster, Path savepoints) {
        this.cluster = cluster;
        this.savepoints = savepoints;
    }

    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Path savepoints = Files.createTempDirectory("neurath-flink-");
        try (var cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(new Configuration())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
                var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            cluster.start();
            var restarted = new Restarted(cluster, savepoints);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.println(line.equals("update") ? restarted.update() : "error: only 'update' is known");
                answers.flush();
            }
        } finally {
            delete(savepoints);
        }
        System.exit(0);
    }

    private String update() throws Exception {
        Outputs outputs = Exit.renew();
        long start = System.nanoTime();
        JobGraph first = Pipeline.of(start, PER_SECOND);
        cluster.submitJob(first).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        awaitMoreThan(outputs, 0);
        pass(STEADY);
        long asked = System.nanoTime();
        String savepoint = cluster
                .stopWithSavepoint(first.getJobID(), savepoints.toUri().toString(), false, SavepointFormatType.CANONICAL)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        int before = outputs.size();
        JobGraph second = Pipeline.of(start, PER_SECOND);
        second.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        cluster.submitJob(second).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        awaitMoreThan(outputs, before);
        pass(STEADY);
        long gap = outputs.longestGap(asked, System.nanoTime());
        cluster.cancelJob(second.getJobID()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        cluster.requestJobResult(second.getJobID()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return gap + " " + outputs.wrong();
    }

    private static void awaitMoreThan(Outputs outputs, int size) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (outputs.size() <= size) {
            if (System.nanoTime() > end) {
                throw new IOException("the job puts nothing out");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private static void pass(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
