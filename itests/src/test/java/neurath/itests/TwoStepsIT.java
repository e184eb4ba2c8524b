package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import neurath.build.OperatorJar;
import neurath.engine.Flow;
import neurath.engine.Flows;
import org.junit.Test;

/** What versions leave outside their flow: a folder whose layout changes in two steps, and a thread. */
public class TwoStepsIT extends OnTheWebServer {
    private static final String IN = "@neurath.api.In(value = \"IN\", type = Integer.class)\n";
    /** What both versions of the store do with files. */
    private static final String FILES = """
                public record Settings(java.nio.file.Path dir) {}

                private static int read(java.nio.file.Path dir) throws java.io.IOException {
                    java.nio.file.Path file = dir.resolve("count");
                    return java.nio.file.Files.exists(file) ? Integer.parseInt(java.nio.file.Files.readString(file)) : 0;
                }

                private static void write(java.nio.file.Path dir, int number) throws java.io.IOException {
                    java.nio.file.Path next = java.nio.file.Files.writeString(dir.resolve("next"), Integer.toString(number));
                    java.nio.file.Files.move(next, dir.resolve("count"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                }
            """;

    /** Emits numbers, a few at a time. */
    private static OperatorJar feed() {
        return Examples.of("feed", FIRST, "Source", """
                private neurath.api.Output<Integer> out;

                @Override
                public void open(neurath.api.Context context) {
                    out = context.output("OUT", Integer.class);
                }

                @Override
                public boolean produce() {
                    out.emit(1);
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    return true;
                }
                """).replacing("public final class", "@neurath.api.Out(value = \"OUT\", type = Integer.class)\npublic final class");
    }

    /** Counts in {@code one/count}. */
    private static OperatorJar inOne() {
        return Examples.of("store", "1.0.0", "Operator", FILES + """
                @Override
                public void open(neurath.api.Context context) throws Exception {
                    java.nio.file.Path one = context.parameters(Settings.class).dir().resolve("one");
                    java.nio.file.Files.createDirectories(one);
                    context.receive("IN", Integer.class, packet -> write(one, read(one) + packet));
                }
                """).replacing("public final class", IN + "@neurath.api.Parameters(Example.Settings.class)\npublic final class");
    }

    /** Counts in {@code two/count}, and in the other as long as that is there. */
    private static OperatorJar inTwo() {
        return Examples.of("store", "2.0.0", "neurath.api.ParallelChange", FILES + """
                private static java.nio.file.Path in(Place place, String layout) {
                    return place.parameters(Settings.class).dir().resolve(layout);
                }

                private static void delete(java.nio.file.Path dir) throws java.io.IOException {
                    for (String file : new String[] {"count", "next", ""}) {
                        java.nio.file.Files.deleteIfExists(dir.resolve(file));
                    }
                }

                @Override
                public void expand(Place place) throws Exception {
                    java.nio.file.Files.createDirectories(in(place, "two"));
                }

                @Override
                public void contract(Place place) throws Exception {
                    if (java.nio.file.Files.exists(in(place, "locked"))) {
                        throw new java.io.IOException("the folder is locked");
                    }
                    if (java.nio.file.Files.exists(in(place, "one"))) { // nobody writes into it any more when it has another name
                        java.nio.file.Files.move(in(place, "one"), in(place, "gone"));
                    }
                    delete(in(place, "gone"));
                }

                @Override
                public void withdraw(Place place) throws Exception {
                    delete(in(place, "two"));
                }

                @Override
                public void open(neurath.api.Context context) {
                    java.nio.file.Path one = context.parameters(Settings.class).dir().resolve("one");
                    java.nio.file.Path two = context.parameters(Settings.class).dir().resolve("two");
                    context.receive("IN", Integer.class, packet -> {
                        int number = Math.max(read(one), read(two)) + packet;
                        write(two, number);
                        if (java.nio.file.Files.exists(one)) {
                            try {
                                write(one, number);
                            } catch (java.nio.file.NoSuchFileException e) {
                                // it was contracted at this moment
                            }
                        }
                    });
                }
                """).replacing("public final class", IN + "@neurath.api.Parameters(Example.Settings.class)\n"
                + "@neurath.api.Changes(\"the layout of counts\")\npublic final class");
    }

    private Path dir;

    private int count(String layout) throws Exception {
        Path file = dir.resolve(layout).resolve("count");
        return Files.exists(file) ? Integer.parseInt(Files.readString(file)) : 0;
    }

    private void awaitMoreIn(String layout) throws Exception {
        int now = count(layout);
        await("more in " + layout).until(() -> count(layout) > now);
    }

    @Test
    public void a_folder_changes_its_layout_in_two_steps_while_it_is_used() throws Exception {
        dir = folder.newFolder("counts").toPath();
        deploy(feed());
        deploy(inOne());
        Path file = Files.writeString(folder.getRoot().toPath().resolve("counts.fbp"),
                "'" + dir + "' -> DIR store(example/store)\nfeed(example/feed) OUT -> IN store\n");
        try {
            shell.type("flow:start " + file);
            shell.type("flow:policy counts manual");
            awaitMoreIn("one");
            deploy(inTwo());
            assertThat(shell.type("flow:plan counts store=example/store@2"))
                    .contains("note    store: example/store@2.0.0 expands the layout of counts before the marker");
            assertThat(shell.type("flow:update counts store=example/store@2 --probation 1h")).contains("SWITCHED");
            assertThat(shell.type("flow:show counts")).contains("parallel change: store: example/store@2.0.0 has expanded the layout of"
                    + " counts, and contracts it when the update is confirmed, and withdraws it when that is rolled back");
            awaitMoreIn("two");
            int before = count("two");
            assertThat(shell.type("flow:rollback counts")).contains("ROLLED BACK");
            await("what is withdrawn").until(() -> !Files.exists(dir.resolve("two")));
            awaitMoreIn("one");
            assertThat(count("one")).as("nothing is lost").isGreaterThanOrEqualTo(before);

            Path lock = Files.createDirectory(dir.resolve("locked"));
            assertThat(shell.type("flow:update counts store=example/store@2")).contains("SWITCHED");
            await("what fails").untilAsserted(() -> assertThat(shell.type("flow:show counts")).contains(
                    "parallel change: store: example/store@2.0.0 could not contract the layout of counts: IOException: the folder is locked;"
                            + " mend that, then flow:retry counts"));
            awaitMoreIn("one");
            Files.delete(lock);
            shell.type("flow:retry counts");
            await("what is contracted").until(() -> !Files.exists(dir.resolve("one")));
            awaitMoreIn("two");
            await("nothing owed").untilAsserted(() -> assertThat(shell.type("flow:show counts")).doesNotContain("parallel change"));
            assertThat(shell.type("flow:history counts")).contains("the folder is locked");
        } finally {
            shell.type("flow:stop counts");
        }
    }

    /** Takes numbers, and has a thread of its own, which a property of the system ends. */
    private static OperatorJar polling() {
        return Examples.of("poll", "1.0.0", "Operator", """
                @Override
                public void open(neurath.api.Context context) {
                    ClassLoader loader = Thread.currentThread().getContextClassLoader();
                    context.note("loader", loader == Example.class.getClassLoader() ? "its own" : String.valueOf(loader));
                    context.receive("IN", Integer.class, packet -> {
                        ClassLoader at = Thread.currentThread().getContextClassLoader();
                        context.note("at work", at == Example.class.getClassLoader() ? "its own" : String.valueOf(at));
                    });
                    Thread poll = new Thread(Example::poll, "poll-1");
                    poll.setDaemon(true);
                    poll.start();
                }

                private static void poll() {
                    try {
                        ((java.util.concurrent.CountDownLatch) System.getProperties().get("neurath.itests.poll")).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                """).replacing("public final class", IN + "public final class");
    }

    private static OperatorJar quiet() {
        return Examples.of("poll", "2.0.0", "Operator", """
                @Override
                public void open(neurath.api.Context context) {
                    context.receive("IN", Integer.class, packet -> {});
                }
                """).replacing("public final class", IN + "public final class");
    }

    @Test
    public void a_thread_that_a_bundle_has_left_is_named_until_it_ends() throws Exception {
        var letGo = new CountDownLatch(1);
        System.getProperties().put("neurath.itests.poll", letGo);
        deploy(feed());
        deploy(polling());
        Path file = Files.writeString(folder.getRoot().toPath().resolve("polls.fbp"), "feed(example/feed) OUT -> IN poll(example/poll)\n");
        try {
            shell.type("flow:start " + file);
            Flow flow = context.getService(context.getServiceReference(Flows.class)).find("polls").orElseThrow();
            await("packets").untilAsserted(() -> assertThat(flow.status().getLast().notes())
                    .containsEntry("loader", "its own").containsEntry("at work", "its own"));
            deploy(quiet());
            await("what is said").untilAsserted(() -> assertThat(shell.type("flow:show polls"))
                    .containsPattern(
                            "left behind: example/poll@1\\.0\\.0 is closed and its thread \"poll-1\" still runs \\(in example\\.poll\\.Example\\.poll\\(Example\\.java:\\d+\\)\\)"));
            letGo.countDown();
            await("its end").untilAsserted(() -> assertThat(shell.type("flow:show polls")).doesNotContain("left behind"));
        } finally {
            letGo.countDown();
            System.getProperties().remove("neurath.itests.poll");
            shell.type("flow:stop polls");
        }
    }
}
