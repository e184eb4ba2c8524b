package neurath.operator.http.reply;

import java.io.IOException;
import java.util.List;
import neurath.http.Answer;
import neurath.http.Transport;

/** An answer made of several, one written behind the other. */
final class InTurn implements Answer {
    private final List<Answer> answers;
    private int written;

    InTurn(List<Answer> answers) {
        this.answers = answers;
    }

    @Override
    public boolean write(Transport transport) throws IOException {
        while (written < answers.size() && answers.get(written).write(transport)) {
            written++;
        }
        return written == answers.size();
    }

    @Override
    public long remaining() {
        long sum = 0;
        for (int i = written; i < answers.size(); i++) {
            sum += answers.get(i).remaining();
        }
        return sum;
    }

    @Override
    public void ended(Throwable failure) {
        answers.forEach(answer -> answer.ended(failure));
    }
}
