package neurath.shell;

import java.io.IOException;
import java.io.OutputStream;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Wire;

/** A stream whose bytes go to the client, as frames of one kind. */
final class FrameOutput extends OutputStream {
    private final Wire wire;
    private final Frame.Kind kind;

    FrameOutput(Wire wire, Frame.Kind kind) {
        this.wire = wire;
        this.kind = kind;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            wire.send(kind, bytes, offset, length);
        }
    }
}
