package neurath.bench.flink;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.source.SourceFunction;
import org.apache.flink.util.Collector;

/**
 * Numbers on a schedule, a count per key, and an exit that keeps the times: as in Neurath. The source goes on where it was, and sends
 * at once what became due while the job was down.
 */
@SuppressWarnings("deprecation")
final class Pipeline {
    private static final int KEYS = 1000;
    private static final String UID = "neurath-";

    private Pipeline() {}

    /**
     * The job.
     *
     * @param start when number 0 is due, as of {@link System#nanoTime}
     */
    static JobGraph of(long start, double perSecond) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        environment.setParallelism(1);
        environment
                .addSource(new Schedule(start, perSecond))
                .returns(Long.class)
                .uid(UID + "source")
                .keyBy(number -> number % KEYS, Types.LONG)
                .process(new Count())
                .returns(Long.class)
                .uid(UID + "count")
                .addSink(new Exit())
                .uid(UID + "exit");
        return environment.getStreamGraph().getJobGraph();
    }

    /** Numbers when they are due. */
    private static final class Schedule implements SourceFunction<Long>, CheckpointedFunction {
        private static final long serialVersionUID = 1;

        private final long start;
        private final double perSecond;
        private volatile boolean cancelled;
        private long next;
        private transient ListState<Long> position;

        Schedule(long start, double perSecond) {
            this.start = start;
            this.perSecond = perSecond;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            position = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("next", Long.class));
            for (long number : position.get()) {
                next = number;
            }
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            position.update(List.of(next));
        }

        @Override
        public void run(SourceContext<Long> out) {
            while (!cancelled) {
                long due = start + (long) (next * 1e9 / perSecond);
                long now = System.nanoTime();
                if (now < due) {
                    LockSupport.parkNanos(due - now);
                } else {
                    synchronized (out.getCheckpointLock()) {
                        out.collect(next);
                        next++;
                    }
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** Passes numbers on and counts them by key. */
    private static final class Count extends KeyedProcessFunction<Long, Long, Long> {
        private static final long serialVersionUID = 1;

        private transient ValueState<Long> counted;

        @Override
        public void open(OpenContext context) {
            counted = getRuntimeContext().getState(new ValueStateDescriptor<>("counted", Long.class));
        }

        @Override
        public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
            Long before = counted.value();
            counted.update(before == null ? 1 : before + 1);
            out.collect(number);
        }
    }
}
