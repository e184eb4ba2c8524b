package neurath.operator.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Very many clients on bare sockets, who say what they are told and read nothing. */
final class Crowd {
    private final List<SocketChannel> sockets = new ArrayList<>();

    /** Connections between two ends in this process that there are descriptors for, 10,000 at most. */
    static int greatest() {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 200;
        return (int) Math.min(10_000, free / 2);
    }

    /** What is in use of the heap and of buffers beside it, of both sides. */
    static long memory() {
        System.gc();
        long beside =
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + beside;
    }

    void join(WebServer server, int count, String says) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(says.getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < count; i++) {
            SocketChannel one = SocketChannel.open();
            one.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            one.connect(server.address());
            one.write(bytes.rewind());
            sockets.add(one);
        }
    }

    /** Who came last; it leaves by itself. */
    SocketChannel removeLast() {
        return sockets.removeLast();
    }

    /** Closes all with a reset, so that none waits for its port. */
    void leave() throws IOException {
        for (SocketChannel one : sockets) {
            one.setOption(StandardSocketOptions.SO_LINGER, 0);
            one.close();
        }
        sockets.clear();
    }
}
