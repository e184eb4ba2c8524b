package neurath.operator.http.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A connection of Jedis to a Redis. A call takes no longer than the time-out, whatever the other side does: then its socket is closed,
 * which ends reads and writes. Where a call fails the connection is not to be used any more.
 */
final class Client implements AutoCloseable {
    private final Duration timeout;
    private final InetSocketAddress server;
    private final Socket socket = new Socket();
    private final Connection connection;

    /** Connects. */
    Client(InetSocketAddress server, JedisClientConfig config, Duration timeout) throws IOException {
        if (server.isUnresolved()) {
            throw new UnknownHostException("there is no host of that name");
        }
        this.server = server;
        this.timeout = timeout;
        boolean isConnected = false;
        try {
            connection = inTime(() -> new Connection(this::connect, config));
            isConnected = true;
        } finally {
            if (!isConnected) {
                close();
            }
        }
    }

    /** For once: a socket that was closed does not connect again. */
    private Socket connect() {
        try {
            socket.setTcpNoDelay(true);
            socket.connect(server);
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** What is kept under a key, or {@code null}. */
    byte[] get(byte[] key) throws IOException {
        return inTime(() -> (byte[]) connection.executeCommand(new CommandArguments(Command.GET).key(key)));
    }

    /** Keeps a value under a key for so long. */
    void set(byte[] key, byte[] value, Duration fresh) throws IOException {
        var command = new CommandArguments(Command.SET).key(key).add(value).add(Keyword.PX).add(fresh.toMillis());
        inTime(() -> connection.executeCommand(command));
    }

    private <T> T inTime(Supplier<T> call) throws IOException {
        CompletableFuture<Void> answered = timer();
        var _ = answered.whenComplete((_, late) -> {
            if (late != null) {
                close();
            }
        });
        T answer = null;
        IOException failure = null;
        try {
            answer = call.get();
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) { // a length or a depth that nobody can take among them
            failure = new IOException(reason(e), e);
        }
        if (!answered.complete(null)) {
            throw new SocketTimeoutException("it did not answer within " + timeout.toMillis() + " ms");
        }
        if (failure != null) {
            throw failure;
        }
        return answer;
    }

    /** What fails when the time is over. The JDK's timer begins with whoever is the first to use it, and must not inherit from an operator. */
    private CompletableFuture<Void> timer() {
        Thread thread = Thread.currentThread();
        ClassLoader operators = thread.getContextClassLoader();
        thread.setContextClassLoader(null);
        try {
            return new CompletableFuture<Void>().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            thread.setContextClassLoader(operators);
        }
    }

    private static String reason(Throwable failure) {
        if (failure instanceof JedisDataException) {
            return "it says " + failure.getMessage();
        }
        if (failure instanceof JedisConnectionException && failure.getCause() instanceof IOException network) {
            return network.getMessage();
        }
        return "it closed the connection or is no Redis (" + (failure instanceof JedisConnectionException ? failure.getMessage() : failure)
                + ")";
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException leftAlone) {
            return; // nothing is lost
        }
    }
}
