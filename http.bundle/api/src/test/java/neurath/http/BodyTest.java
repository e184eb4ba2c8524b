package neurath.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
    private static Inbound inbound(String text) throws IOException {
        Inbound inbound = new Inbound();
        Transport transport = new Received(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        inbound.fill(transport, 1_000_000);
        return inbound;
    }

    /** A transport that has received something and sends nothing. */
    private record Received(ByteBuffer received) implements Transport {
        @Override
        public int read(ByteBuffer bytes) {
            int count = Math.min(bytes.remaining(), received.remaining());
            bytes.put(received.slice(received.position(), count));
            received.position(received.position() + count);
            return count;
        }

        @Override
        public boolean hasReceived() {
            return received.hasRemaining();
        }

        @Override
        public int write(ByteBuffer bytes) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] parts) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] parts, int offset, int length) {
            return 0;
        }

        @Override
        public long transferFrom(FileChannel file, long position, long count) {
            return 0;
        }

        @Override
        public boolean flush() {
            return true;
        }

        @Override
        public boolean hasToSend() {
            return false;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static String rest(Inbound inbound) {
        var rest = new StringBuilder();
        while (inbound.length() > 0) {
            rest.append((char) inbound.get(0));
            inbound.skip(1);
        }
        return rest.toString();
    }

    private static final String CHUNKED = "5\r\nhello\r\n1A;a=\"b c\";d\r\n" + "x".repeat(26) + "\r\n000 ;e\r\nTrailer: a\r\nX-Y: \r\n\r\n";

    @Test
    void a_body_of_known_length_ends_there() throws Exception {
        Inbound inbound = inbound("helloGET /");
        Body body = Body.ofLength(5, false);
        assertThat(body.length()).isEqualTo(5);
        assertThat(body.read(inbound)).isTrue();
        assertThat(rest(inbound)).isEqualTo("GET /");
    }

    @Test
    void a_body_in_chunks_ends_with_the_last_and_its_trailers() throws Exception {
        Inbound inbound = inbound(CHUNKED + "GET /");
        assertThat(Body.chunked(false).read(inbound)).isTrue();
        assertThat(rest(inbound)).isEqualTo("GET /");
    }

    @Test
    void a_body_that_comes_octet_by_octet_ends_at_the_same_place() throws Exception {
        Body chunked = Body.chunked(false);
        for (int i = 0; i < CHUNKED.length(); i++) {
            assertThat(chunked.read(inbound(CHUNKED.substring(i, i + 1)))).isEqualTo(i == CHUNKED.length() - 1);
        }
        assertThat(chunked.length()).isEqualTo(CHUNKED.length());
        Body known = Body.ofLength(3, false);
        assertThat(known.read(inbound("a"))).isFalse();
        assertThat(known.read(inbound("b"))).isFalse();
        assertThat(known.read(inbound("c"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                "+1\r\n",
                " 1\r\n",
                "0x1\r\n",
                "1 \r\n",
                "1\n",
                "1\ra",
                "1\r\nab",
                "1\r\na\n",
                "1\r\na\r0",
                "1;a\nb",
                "1;a\rb",
                "1;a\u0000b",
                "1,a\r\n",
                ";a\r\n",
                "8000000000000000\r\n",
                "fffffffffffffffff\r\n",
                "0\r\nGET / HTTP/1.1\r\n",
                "0\r\n\n",
                "0\r\n\rx",
                "0\r\na\r\n",
                "0\r\na: b\nc",
                "0\r\na: b\rc",
                "0\r\n folded\r\n",
                "0\r\n: b\r\n",
                "0\r\na : b\r\n",
                "0\r\na: \u0000\r\n",
                "\u00b2\r\n"
            })
    void what_could_end_at_two_places_is_malformed(String text) {
        assertThatThrownBy(() -> Body.chunked(false).read(inbound(text))).isInstanceOf(ProtocolException.class);
    }

    @Test
    void the_length_is_known_as_soon_as_it_is_announced() throws Exception {
        Body body = Body.chunked(false);
        assertThat(body.read(inbound("7fffffffffffffff\r\na"))).isFalse();
        assertThat(body.length()).isEqualTo(Long.MAX_VALUE);
        Body zeros = Body.chunked(false);
        assertThat(zeros.read(inbound("0".repeat(1000)))).isFalse();
        assertThat(zeros.length()).isEqualTo(1000);
    }
}
