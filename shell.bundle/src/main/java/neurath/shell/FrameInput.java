package neurath.shell;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import neurath.shell.wire.Frame;
import neurath.shell.wire.Wire;
import neurath.shell.wire.WindowSize;

/** What the client types; the other frames it sends are told to listeners by the thread that reads. */
final class FrameInput extends InputStream {
    private final Wire wire;
    private final Consumer<WindowSize> resized;
    private final Runnable ended;
    private byte[] content = {};
    private int next;

    FrameInput(Wire wire, Consumer<WindowSize> resized, Runnable ended) {
        this.wire = wire;
        this.resized = resized;
        this.ended = ended;
    }

    @Override
    public int read() throws IOException {
        return available() > 0 || receive() ? content[next++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (available() == 0 && !receive()) {
            return -1;
        }
        int count = Math.min(length, available());
        System.arraycopy(content, next, bytes, offset, count);
        next += count;
        return count;
    }

    @Override
    public int available() {
        return content.length - next;
    }

    private boolean receive() throws IOException {
        for (Frame frame = wire.receive(); frame != null; frame = wire.receive()) {
            if (frame.kind() == Frame.Kind.RESIZE) {
                resized.accept(WindowSize.decode(frame.content()));
            } else if (frame.kind() == Frame.Kind.INPUT && frame.content().length > 0) {
                content = frame.content();
                next = 0;
                return true;
            }
        }
        ended.run();
        return false;
    }
}
