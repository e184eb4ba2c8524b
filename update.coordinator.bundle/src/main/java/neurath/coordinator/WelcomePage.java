package neurath.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import neurath.engine.Flow;
import neurath.engine.Flows;
import neurath.engine.NodeStatus;
import neurath.events.Event;
import neurath.events.Events;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code flow.tsv} in the welcome site: a line for each node of the running flow with its operator, version and bundle. The page
 * draws it, so that whoever reads it sees the server change under the page.
 */
@Component(service = {}, immediate = true)
public final class WelcomePage {
    private static final Logger LOG = LoggerFactory.getLogger(WelcomePage.class);
    private static final String FOLDER = "neurath.welcome";
    private static final String FLOW = "web-server";

    private final Flows flows;
    private final Path folder;
    private final Events.Subscription subscription;

    @Activate
    public WelcomePage(BundleContext context, @Reference Flows flows) {
        this.flows = flows;
        String configured = context.getProperty(FOLDER);
        this.folder = configured == null ? null : Path.of(configured);
        this.subscription = flows.events().subscribe(this::changed);
        draw();
    }

    @Deactivate
    void deactivate() {
        subscription.close();
    }

    private void changed(Event event) {
        switch (event) {
            case Event.FlowStarted started -> draw();
            case Event.NodePassed passed -> draw();
            case Event.NodeHeld held -> draw();
            case Event.NodeResumed resumed -> draw();
            default -> {}
        }
    }

    private void draw() {
        if (folder != null && Files.isDirectory(folder)) {
            flows.find(FLOW).ifPresent(this::write);
        }
    }

    private void write(Flow flow) {
        var lines = new StringBuilder();
        for (NodeStatus node : flow.status()) {
            lines.append(String.join(
                    "\t",
                    node.name(),
                    node.version().operator(),
                    node.version().version().toString(),
                    node.version().origin(),
                    node.held() == null ? "" : node.held()))
                    .append('\n');
        }
        try {
            Path fresh = folder.resolve("flow.tsv.new");
            Files.writeString(fresh, lines);
            Files.move(fresh, folder.resolve("flow.tsv"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("the welcome site {} cannot show {}: {}", folder, flow.name(), e.toString());
        }
    }
}
