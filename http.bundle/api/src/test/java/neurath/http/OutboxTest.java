package neurath.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import neurath.api.Watch;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final List<String> said = new ArrayList<>();
    private final Admission admission = new Admission();
    private final Connection connection = connection();
    private int wakes;

    private Connection connection() {
        try {
            admission.enter(1, null);
            Connection made = new Connection(SocketChannel.open(), 1, admission);
            made.watched(new CountingWatch(), 0);
            return made;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class CountingWatch implements Watch {
        @Override
        public void interest(int operations) {}

        @Override
        public void wake() {
            wakes++;
        }

        @Override
        public void cancel() {}
    }

    /** An answer in so many parts, one of which the channel takes at a time. */
    private final class Parts implements Answer {
        private final String name;
        private int left;
        private IOException failure;

        Parts(String name, int parts) {
            this.name = name;
            this.left = parts;
        }

        Parts failing() {
            failure = new EOFException(name + " failed");
            return this;
        }

        @Override
        public boolean write(Transport transport) throws IOException {
            if (failure != null) {
                throw failure;
            }
            said.add(name);
            return --left == 0;
        }

        @Override
        public long remaining() {
            return left;
        }

        @Override
        public void ended(Throwable reason) {
            said.add(name + (reason == null ? " done" : " lost: " + reason.getMessage()));
        }
    }

    private Exchange answered(Answer answer) {
        Exchange exchange = new Exchange(connection);
        exchange.answer(answer);
        return exchange;
    }

    @Test
    void an_answer_is_written_at_once_if_nothing_is_before_it() {
        Exchange exchange = answered(new Parts("a", 1));
        assertThat(said).containsExactly("a", "a done");
        assertThat(exchange.ended()).isTrue();
        assertThat(wakes).isZero();
    }

    @Test
    void an_old_answer_is_finished_before_a_new_one_begins() {
        Exchange old = answered(new Parts("old", 3));
        assertThat(wakes).as("the home section is to write on").isEqualTo(1);
        answered(new Parts("new", 1));
        assertThat(said).containsExactly("old");
        assertThat(connection.outbox().remaining()).isEqualTo(3);
        assertThat(connection.outbox().flush()).isFalse();
        assertThat(old.ended()).isFalse();
        assertThat(connection.outbox().flush()).isTrue();
        assertThat(said).containsExactly("old", "old", "old", "old done", "new", "new done");
        assertThat(connection.outbox().isEmpty()).isTrue();
    }

    @Test
    void an_answer_that_cannot_be_completed_ends_the_connection_and_all_behind_it() {
        Parts breaking = new Parts("a", 2);
        Exchange first = answered(breaking);
        Exchange second = answered(new Parts("b", 1));
        breaking.failing();
        assertThat(connection.outbox().flush()).isTrue();
        assertThat(said).containsExactly("a", "a lost: a failed", "b lost: a failed");
        assertThat(connection.broken()).isInstanceOf(EOFException.class);
        assertThat(first.ended()).isTrue();
        assertThat(second.ended()).isTrue();
        answered(new Parts("c", 1));
        assertThat(said).last().isEqualTo("c lost: a failed");
    }

    @Test
    void a_request_is_answered_once() {
        Exchange exchange = answered(new Parts("a", 1));
        assertThatThrownBy(() -> exchange.answer(new Parts("b", 1))).isInstanceOf(IllegalStateException.class);
        assertThat(said).containsExactly("a", "a done");
    }

    @Test
    void a_failure_after_the_answer_has_begun_ends_the_connection() {
        Exchange exchange = answered(new Parts("a", 2));
        exchange.fail(new IOException("tried"));
        assertThat(said).containsExactly("a", "a lost: tried");
        assertThat(connection.broken()).hasMessage("tried");
    }

    @Test
    void a_failure_after_the_answer_is_written_changes_nothing() {
        Exchange exchange = answered(new Parts("a", 1));
        exchange.fail(new IOException("tried"));
        assertThat(connection.broken()).isNull();
    }

    @Test
    void the_home_section_is_woken_for_the_end_if_it_asked() {
        Exchange exchange = new Exchange(connection);
        assertThat(exchange.awaitEnd()).isFalse();
        exchange.answer(new Parts("a", 1));
        assertThat(wakes).isEqualTo(1);
        assertThat(exchange.awaitEnd()).isTrue();
    }

    @Test
    void a_connection_leaves_once() {
        connection.close(new IOException("tried"));
        connection.dropped(new IOException("tried again"));
        assertThat(admission.open()).isZero();
        assertThat(connection.channel().isOpen()).isFalse();
    }
}
