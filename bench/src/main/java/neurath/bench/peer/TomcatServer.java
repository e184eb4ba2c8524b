package neurath.bench.peer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;

/**
 * Tomcat with its servlet for files, on a free port. Answers {@code port}, and {@code deploy}: the next version of the application is
 * started beside the one that runs, takes over, and the old one is undeployed (parallel deployment).
 */
public final class TomcatServer {
    private static final int UNLIMITED = -1;

    private final Tomcat tomcat = new Tomcat();
    private final String root;
    private int version = 1;
    private Context running;

    private TomcatServer(Path root, Path home) {
        this.root = root.toAbsolutePath().toString();
        tomcat.setBaseDir(home.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        // As shipped it ends a connection after 100 requests, whatever is deployed.
        tomcat.getConnector().setProperty("maxKeepAliveRequests", Integer.toString(UNLIMITED));
    }

    /**
     * Serves until its input ends.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws Exception {
        var server = new TomcatServer(Path.of(args[0]), Files.createTempDirectory("neurath-tomcat-"));
        server.running = server.application();
        server.tomcat.start();
        Conversation.hold(server::answer);
    }

    /** The next version of the application, complete before it is added to the host. */
    private Context application() {
        String number = "%03d".formatted(version);
        version++;
        Context application = new StandardContext();
        application.setName("##" + number);
        application.setPath("");
        application.setWebappVersion(number);
        application.setDocBase(root);
        application.addLifecycleListener(new Tomcat.FixContextListener());
        Tomcat.addServlet(application, "default", new DefaultServlet()).addMapping("/");
        tomcat.getHost().addChild(application);
        return application;
    }

    private String answer(String line) throws Exception {
        return switch (line) {
            case "port" -> Integer.toString(tomcat.getConnector().getLocalPort());
            case "deploy" -> deploy();
            default -> Conversation.unknown(line);
        };
    }

    private String deploy() {
        Context old = running;
        running = application(); // added to a running host, it starts
        tomcat.getHost().removeChild(old);
        return "deployed";
    }
}
