package neurath.shell.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Hello;
import neurath.shell.wire.WindowSize;
import neurath.shell.wire.Wire;

/** Carries what is typed to the shell, and what the shell says to this process's streams. */
final class Relay {
    private static final int TYPED_AT_ONCE = 8192;

    private final Wire wire;

    Relay(Wire wire) {
        this.wire = wire;
    }

    /** The exit code the shell gave; 1 if it went away without one. */
    int run(Hello hello) throws IOException {
        wire.send(Frame.Kind.HELLO, hello.encode());
        for (Frame frame = wire.receive(); frame != null; frame = wire.receive()) {
            switch (frame.kind()) {
                case OUTPUT -> print(System.out, frame.content());
                case ERROR -> print(System.err, frame.content());
                case EXIT -> {
                    return frame.content()[0];
                }
                case HELLO, INPUT, RESIZE -> throw new IOException("the shell sent " + frame.kind() + ", which only clients send");
            }
        }
        System.err.println("neurath shell: the platform closed the connection");
        return 1;
    }

    private static void print(PrintStream stream, byte[] bytes) {
        stream.write(bytes, 0, bytes.length);
        stream.flush();
    }

    /** Sends what is typed in the background, until this process ends. */
    void typed(InputStream keyboard) {
        Thread.ofPlatform().daemon().name("keyboard").start(() -> {
            byte[] bytes = new byte[TYPED_AT_ONCE];
            try {
                for (int count = keyboard.read(bytes); count >= 0; count = keyboard.read(bytes)) {
                    wire.send(Frame.Kind.INPUT, bytes, 0, count);
                }
            } catch (IOException e) {
                System.err.println("neurath shell: what is typed does not reach the platform: " + e.getMessage());
            }
        });
    }

    void resized(WindowSize window) {
        try {
            wire.send(Frame.Kind.RESIZE, window.encode());
        } catch (IOException e) {
            System.err.println("neurath shell: the window's size does not reach the platform: " + e.getMessage());
        }
    }
}
