package neurath.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the bytes of a connection go through: its socket, or what encrypts for it. Nothing here blocks.
 *
 * <p>Thread safety: one thread reads at a time, and one writes at a time; they may be two.
 */
@ProviderType
public interface Transport extends GatheringByteChannel, ReadableByteChannel {
    /** Receives what has come, as much as there is room for; 0 if nothing has, -1 at the end. */
    @Override
    int read(ByteBuffer bytes) throws IOException;

    /** Sends as much as is taken now; what was taken may wait for {@link #flush}. */
    @Override
    int write(ByteBuffer bytes) throws IOException;

    /**
     * Sends a part of a file, as much as is taken now.
     *
     * @param position of the first byte in the file
     * @param count how many bytes at most
     * @return how many were taken; 0 also behind the end of the file
     */
    long transferFrom(FileChannel file, long position, long count) throws IOException;

    /**
     * Sends what was taken and waits here.
     *
     * @return whether nothing waits any more
     */
    boolean flush() throws IOException;

    /** Whether {@link #flush} has something to send. For any thread. */
    boolean hasToSend();

    /** Whether there is more to read that no readiness of the channel tells of. For whoever reads. */
    boolean hasReceived();

    /** Tells the other side that nothing more is sent; what was taken goes before. */
    void shutdownOutput() throws IOException;
}
