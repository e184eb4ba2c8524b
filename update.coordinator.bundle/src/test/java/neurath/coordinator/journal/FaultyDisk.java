package neurath.coordinator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** A disk with so much room, whose channels fail as a test says. */
public final class FaultyDisk implements Opener {
    private long room = Long.MAX_VALUE;
    private boolean forcing = true;
    private int forced;

    /** From now on so many bytes can be added to files. */
    public void room(long bytes) {
        room = bytes;
    }

    /** From now on it says that nothing came to the disk, or works again. */
    public void forcing(boolean works) {
        forcing = works;
    }

    /** How often something was forced. */
    public int forced() {
        return forced;
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return new Channel(FileChannel.open(file, options));
    }

    private final class Channel extends FileChannel {
        private final FileChannel channel;

        Channel(FileChannel channel) {
            this.channel = channel;
        }

        /** Writes what there is room for, and fails with the rest: as the kernel does. */
        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            long grows = Math.max(0, position + bytes.remaining() - channel.size());
            int fits = (int) (bytes.remaining() - Math.max(0, grows - room));
            if (bytes.hasRemaining() && fits <= 0) {
                throw new IOException("No space left on device");
            }
            long before = channel.size();
            int written = channel.write(bytes.slice(bytes.position(), fits), position);
            bytes.position(bytes.position() + written);
            room -= channel.size() - before;
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (!forcing) {
                throw new IOException("Input/output error");
            }
            forced++;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            channel.truncate(size);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }

        @Override
        public int read(ByteBuffer dst) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] dsts, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer src) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel src, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer dst, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
