package neurath.operator.http.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import neurath.api.Default;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/**
 * Parameters.
 *
 * @param host where the Redis is
 * @param port of it
 * @param user who asks; empty for the default user of the Redis
 * @param passwordFile file whose first line is the password; empty if none is asked for
 * @param timeout for a connection, and for an answer; who waits longer has missed
 * @param retry how long a Redis that failed is left alone
 * @param prefix of keys, so that several can share a Redis
 * @param maxEntryBytes length of a content that is kept
 * @param fresh for how long one is kept: so late may be seen that a file has changed
 * @param backlog entries that may wait to be kept
 */
record Settings(
        @Default("127.0.0.1") String host,
        @Default("6379") int port,
        @Default("") String user,
        @Default("") String passwordFile,
        @Default("PT0.05S") Duration timeout,
        @Default("PT1S") Duration retry,
        @Default("neurath:") String prefix,
        @Default("1048576") int maxEntryBytes,
        @Default("PT1M") Duration fresh,
        @Default("32") int backlog) {

    Settings {
        if (timeout.toMillis() < 1 || fresh.toMillis() < 1) {
            throw new IllegalArgumentException("TIMEOUT is " + timeout + " and FRESH " + fresh + "; give a millisecond at least");
        }
        if (!user.isEmpty() && passwordFile.isEmpty()) {
            throw new IllegalArgumentException("USER is " + user + "; give the password too, in the first line of PASSWORD_FILE");
        }
        if (backlog < 1) {
            throw new IllegalArgumentException("BACKLOG is " + backlog + "; give 1 at least");
        }
    }

    /** How a connection begins: with the password if there is one, and no word besides. */
    JedisClientConfig client(String node) throws IOException {
        var client = DefaultJedisClientConfig.builder().serverDefaultProtocol().clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        if (!passwordFile.isEmpty()) {
            client.user(user.isEmpty() ? null : user).password(password(node));
        }
        return client.build();
    }

    private String password(String node) throws IOException {
        try {
            return Files.readString(Path.of(passwordFile)).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new IOException(node + ".PASSWORD_FILE: " + passwordFile + " cannot be read (" + e.getClass().getSimpleName()
                    + "); give a file whose first line is the password of the Redis", e);
        }
    }
}
