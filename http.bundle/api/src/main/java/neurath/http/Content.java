package neurath.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** What follows a response's head. */
public sealed interface Content {
    /** Length in bytes, as told to the client; -1 if nobody knows yet. */
    long length();

    /** Releases what it owns. */
    default void release() {}

    /** Bytes in memory, from the buffer's position to its limit. */
    record Bytes(ByteBuffer bytes) implements Content {
        @Override
        public long length() {
            return bytes.remaining();
        }
    }

    /**
     * A part of an open file. Who holds the packet owns the channel.
     *
     * @param position of the first byte
     * @param length how many bytes
     */
    record FileRegion(FileChannel channel, long position, long length) implements Content {
        @Override
        public void release() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One behind the other, such as the ranges of a file with what stands between them. */
    record Parts(List<Content> contents) implements Content {
        @Override
        public long length() {
            long sum = 0;
            for (Content content : contents) {
                sum += content.length();
            }
            return sum;
        }

        @Override
        public void release() {
            contents.forEach(Content::release);
        }
    }

    /** Comes while it is written, and goes on coming when the operators that it has passed are out. */
    non-sealed interface Streamed extends Content {
        /**
         * The answer that writes it, with its own code. It owns the content from now on.
         *
         * @param head the bytes that come first
         */
        Answer behind(ByteBuffer head);
    }

    /**
     * Nothing is sent behind the head.
     *
     * @param length of what a request that wants the content would get
     */
    record None(long length) implements Content {
        /** Nothing at all. */
        public static final None EMPTY = new None(0);
    }
}
