package neurath.shell.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames over a real Unix socket. */
class WireTest {
    private Path folder;
    private SocketChannel raw;
    private Wire near;
    private Wire far;

    @BeforeEach
    void connect() throws IOException {
        folder = Files.createTempDirectory("wire");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var address = UnixDomainSocketAddress.of(folder.resolve("s"));
            listener.bind(address);
            raw = SocketChannel.open(address);
            near = new Wire(raw);
            far = new Wire(listener.accept());
        }
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        Files.delete(folder.resolve("s"));
        Files.delete(folder);
    }

    @Test
    void frames_arrive_as_they_were_sent_in_their_order() throws IOException {
        near.send(Frame.Kind.INPUT, "lb\n".getBytes(StandardCharsets.UTF_8));
        near.send(Frame.Kind.INPUT, new byte[0]);
        near.send(Frame.Kind.RESIZE, new WindowSize(120, 40).encode());

        assertThat(far.receive().content()).asString(StandardCharsets.UTF_8).isEqualTo("lb\n");
        assertThat(far.receive().content()).isEmpty();
        Frame resize = far.receive();
        assertThat(resize.kind()).isEqualTo(Frame.Kind.RESIZE);
        assertThat(WindowSize.decode(resize.content())).isEqualTo(new WindowSize(120, 40));
    }

    @Test
    void a_greeting_keeps_everything_it_says() throws IOException {
        var hello = new Hello(Path.of("/some/folder"), "xterm", new WindowSize(80, 24), Optional.of("echo 'grüße, 世界'"));
        near.send(Frame.Kind.HELLO, hello.encode());

        assertThat(Hello.decode(far.receive().content())).isEqualTo(hello);
    }

    @Test
    void an_interactive_greeting_has_no_command() {
        var hello = new Hello(Path.of("/"), "dumb", WindowSize.UNKNOWN, Optional.empty());

        assertThat(Hello.decode(hello.encode())).isEqualTo(hello);
    }

    @Test
    void the_end_of_the_other_side_is_null_also_within_a_frame() throws IOException {
        raw.write(ByteBuffer.wrap(new byte[] {'I', 0, 0, 0, 9, 'h', 'a', 'l', 'f'}));
        near.close();

        assertThat(far.receive()).isNull();
    }

    @Test
    void what_is_no_frame_is_refused_before_memory_is_taken_for_it() throws IOException {
        raw.write(ByteBuffer.wrap(new byte[] {'I', 0x7f, 0x7f, 0x7f, 0x7f}));
        assertThatThrownBy(far::receive).isInstanceOf(IOException.class).hasMessageContaining("length");

        raw.write(ByteBuffer.wrap("GET /".getBytes(StandardCharsets.US_ASCII)));
        assertThatThrownBy(far::receive).isInstanceOf(IOException.class).hasMessageContaining("no frame of the shell");
    }
}
