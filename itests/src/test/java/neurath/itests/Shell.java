package neurath.itests;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** A Gogo session that a test types into, prepared as the product's own are. */
final class Shell implements AutoCloseable {
    private static final Pattern BUNDLE_ID = Pattern.compile("Bundle ID: (\\d+)");
    private static final String READY = "(&(osgi.command.scope=gogo)(osgi.command.function=install))";

    private final BundleContext context;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CommandSession session;

    Shell(BundleContext context) {
        this.context = context;
        await("the shell's commands").until(this::ready);
        CommandProcessor processor = context.getService(context.getServiceReference(CommandProcessor.class));
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, out);
        session.put("SCOPE", "gogo:*");
    }

    private boolean ready() throws InvalidSyntaxException {
        return context.getServiceReference(CommandProcessor.class) != null
                && context.getAllServiceReferences(null, READY) != null;
    }

    /**
     * Runs a command line.
     *
     * @return what it printed, followed by what it returned as the shell shows it
     * @throws Exception with the command's message, if it failed
     */
    String type(String line) throws Exception {
        printed.reset();
        Object result = session.execute(line);
        String shown = result == null ? "" : session.format(result, Converter.INSPECT).toString();
        return printed.toString(StandardCharsets.UTF_8) + shown;
    }

    /** Types {@code install} for a jar. */
    Bundle install(Path jar) throws Exception {
        String answer = type("install " + jar);
        Matcher id = BUNDLE_ID.matcher(answer);
        if (!id.find()) {
            throw new AssertionError("install " + jar + " answered: " + answer);
        }
        return context.getBundle(Long.parseLong(id.group(1)));
    }

    /** Types {@code start} for bundles. */
    void start(Bundle... bundles) throws Exception {
        var line = new StringBuilder("start");
        for (Bundle bundle : bundles) {
            line.append(' ').append(bundle.getBundleId());
        }
        type(line.toString());
    }

    @Override
    public void close() {
        session.close();
    }
}
