package neurath.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that asks as it should, again and again, and is to be answered whatever others do meanwhile. */
final class Bystander implements AutoCloseable {
    private final WebServer server;
    private final String target;
    private final String text;
    private final int perConnection;
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread thread;
    private volatile boolean over;
    private volatile Throwable failure;

    /**
     * Begins to ask.
     *
     * @param text what stands at the target
     * @param perConnection requests after which it takes a new connection
     */
    Bystander(WebServer server, String target, String text, int perConnection) {
        this.server = server;
        this.target = target;
        this.text = text;
        this.perConnection = perConnection;
        thread = Thread.ofVirtual().name("bystander").start(this::ask);
        isServed();
    }

    private void ask() {
        while (!over) {
            try (Client client = server.connect()) {
                for (int i = 0; i < perConnection && !over; i++) {
                    assertThat(client.get(target).text()).isEqualTo(text);
                    answers.incrementAndGet();
                }
            } catch (IOException | RuntimeException | AssertionError e) {
                failure = e;
                return;
            }
        }
    }

    /** Waits for two more answers: one at least to a request that was made after this call. */
    void isServed() {
        int before = answers.get();
        await().pollInterval(java.time.Duration.ofMillis(1)).until(() -> failure != null || answers.get() >= before + 2);
        assertThat(failure).as("the bystander, after %d answers", answers.get()).isNull();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
        assertThat(failure).as("the bystander, after %d answers", answers.get()).isNull();
    }
}
