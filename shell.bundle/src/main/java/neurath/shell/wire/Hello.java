package neurath.shell.wire;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a client wants.
 *
 * @param directory where it was called, for relative file names
 * @param terminal the type of its terminal, such as {@code xterm-256color}
 * @param command what to run; empty for an interactive shell
 */
public record Hello(Path directory, String terminal, WindowSize window, Optional<String> command) {
    public byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            write(out, directory.toString());
            write(out, terminal);
            out.write(window.encode());
            out.writeBoolean(command.isPresent());
            write(out, command.orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static Hello decode(byte[] content) {
        try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
            Path directory = Path.of(read(in));
            String terminal = read(in);
            WindowSize window = new WindowSize(in.readInt(), in.readInt());
            boolean hasCommand = in.readBoolean();
            String command = read(in);
            return new Hello(directory, terminal, window, hasCommand ? Optional.of(command) : Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException("this is no greeting of a shell's client", e);
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String read(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
