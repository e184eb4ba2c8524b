package neurath.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A web server of the system that reads its configuration again on a signal: nginx, or HAProxy in front of one. */
final class Daemon implements WebServer {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;
    private final InetSocketAddress address;
    private final String reload;

    private Daemon(List<String> command, int port, String reload, Path log) throws IOException {
        this.reload = reload;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            Waiting.until(command.getFirst() + " to serve, see " + log, PATIENCE, this::isServing);
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * nginx, if it is installed.
     *
     * @param home folder for its configuration and what it writes
     */
    static Optional<Daemon> nginx(Path root, Path home) throws IOException {
        Optional<Path> program = installed("nginx");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        int port = freePort();
        Path configuration = Files.writeString(Files.createDirectories(home).resolve("nginx.conf"), nginxConfiguration(root, home, port));
        return Optional.of(new Daemon(
                List.of(program.get().toString(), "-e", home.resolve("error.log").toString(), "-c", configuration.toString()),
                port, "HUP", home.resolve("nginx.out")));
    }

    private static String nginxConfiguration(Path root, Path home, int port) {
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        return user + """
                daemon off;
                worker_processes auto;
                pid %2$s/nginx.pid;
                error_log %2$s/error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000000;
                  client_body_temp_path %2$s/body;
                  proxy_temp_path %2$s/proxy;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  server { listen 127.0.0.1:%3$d backlog=1024; root %1$s; }
                }
                """.formatted(root.toAbsolutePath(), home.toAbsolutePath(), port);
    }

    /** HAProxy in front of a server, if it is installed. */
    static Optional<Daemon> haproxy(InetSocketAddress behind, Path home) throws IOException {
        Optional<Path> program = installed("haproxy");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        int port = freePort();
        Path configuration = Files.writeString(Files.createDirectories(home).resolve("haproxy.cfg"), """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                frontend clients
                  bind 127.0.0.1:%d
                  default_backend files
                backend files
                  server one 127.0.0.1:%d
                """.formatted(port, behind.getPort()));
        return Optional.of(new Daemon(
                List.of(program.get().toString(), "-W", "-f", configuration.toString()), port, "USR2", home.resolve("haproxy.out")));
    }

    /** Where a program is, if it is installed. */
    static Optional<Path> installed(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A port that nobody listens on now. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean isServing() {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended with " + process.exitValue());
        }
        try (var socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Has it read its configuration again: new processes take over, the old ones end when their requests have. */
    void reload() throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + reload, Long.toString(process.pid())).inheritIO().start();
        if (!kill.waitFor(5, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("the signal " + reload + " could not be sent to process " + process.pid());
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
