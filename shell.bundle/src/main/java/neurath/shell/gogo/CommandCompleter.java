package neurath.shell.gogo;

import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the scope of a command what its words can be: where there is a command {@code scope:__complete}, it is given the words and the index
 * of the one that is typed, and answers with what that can be, each with a description. What ends with {@code =} or {@code /} goes on.
 * Other commands are completed as Gogo does.
 */
final class CommandCompleter implements Completer {
    private static final Logger LOG = LoggerFactory.getLogger(CommandCompleter.class);
    private static final String COMPLETE = ":__complete";

    private final CommandSession session;
    private final Completer others;

    CommandCompleter(CommandSession session, Completer others) {
        this.session = session;
        this.others = others;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        String command = line.wordIndex() == 0 ? "" : Shell.resolve(session, line.words().getFirst());
        int colon = command.indexOf(':');
        if (colon > 0 && session.get(command.substring(0, colon) + COMPLETE) instanceof Function scope) {
            try {
                if (scope.execute(session, List.of(line.words(), line.wordIndex())) instanceof Map<?, ?> found) {
                    found.forEach((value, what) -> candidates.add(candidate(value.toString(), what.toString())));
                }
            } catch (Exception e) {
                LOG.debug("{} cannot be completed", line.line(), e);
            }
        } else {
            others.complete(reader, line, candidates);
        }
    }

    private static Candidate candidate(String value, String what) {
        boolean isWhole = !value.endsWith("=") && !value.endsWith("/");
        return new Candidate(value, value, null, what.isEmpty() ? null : what, null, null, isWhole);
    }
}
