package neurath.bench.flink;

import org.apache.flink.streaming.api.functions.sink.SinkFunction;

/** Keeps the times of what comes out. Job and caller share this JVM and class loader. */
@SuppressWarnings("deprecation")
final class Exit implements SinkFunction<Long> {
    private static final long serialVersionUID = 1;

    private static volatile Outputs outputs = new Outputs();

    /** Begins with nothing. */
    static Outputs renew() {
        outputs = new Outputs();
        return outputs;
    }

    @Override
    public void invoke(Long number, Context context) {
        outputs.add(number);
    }
}
