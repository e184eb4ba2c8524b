package neurath.itests;

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

/** A Gogo session that a test types into. */
final class Shell implements AutoCloseable {
    private static final Pattern BUNDLE_ID = Pattern.compile("Bundle ID: (\\d+)");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CommandSession session;

    Shell(CommandProcessor processor) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        session = processor.createSession(new ByteArrayInputStream(new byte[0]), out, out);
        session.put("SCOPE", "flow:felix:gogo:*");
    }

    /**
     * Runs a command line.
     *
     * @return what it printed, followed by what it returned as the shell shows it
     */
    String type(String line) throws Exception {
        printed.reset();
        Object result = session.execute(line);
        String shown = result == null ? "" : session.format(result, Converter.INSPECT).toString();
        return printed.toString(StandardCharsets.UTF_8) + shown;
    }

    /** Types {@code install} for a jar. */
    Bundle install(BundleContext context, Path jar) throws Exception {
        String answer = type("install " + jar.toUri());
        Matcher id = BUNDLE_ID.matcher(answer);
        if (!id.find()) {
            throw new AssertionError("install " + jar + " answered: " + answer);
        }
        return context.getBundle(Long.parseLong(id.group(1)));
    }

    @Override
    public void close() {
        session.close();
    }
}
