package neurath.engine;

import java.util.Map;
import neurath.api.Operator;
import neurath.api.ParallelChange;

/**
 * What one version changes outside its flow for one node, step by step. Each step is done by an operator object that is made for it, on the
 * caller's thread.
 *
 * @param node {@code web-server/load}
 * @param version one whose {@linkplain Signature#changes signature} says that it changes something
 * @param parameters of the node, by port
 * @see Flows#change
 */
public record ResourceChange(String node, OperatorVersion version, Map<String, Object> parameters) implements ParallelChange.Place {
    /** A step of a parallel change. */
    public enum Step {
        /** The resource is made usable by the new version, and stays usable by the old one. */
        EXPAND("expand"),
        /** What only the old version needed is taken away. */
        CONTRACT("contract"),
        /** What was expanded is taken back. */
        WITHDRAW("withdraw");

        private final String verb;

        Step(String verb) {
            this.verb = verb;
        }

        /** For people. */
        public String verb() {
            return verb;
        }

        private void on(ParallelChange change, ParallelChange.Place place) throws Exception {
            switch (this) {
                case EXPAND -> change.expand(place);
                case CONTRACT -> change.contract(place);
                case WITHDRAW -> change.withdraw(place);
            }
        }
    }

    /**
     * Does a step.
     *
     * @throws Exception what the operator's constructor or the step throws
     */
    public void carryOut(Step step) throws Exception {
        ContextLoader code = ContextLoader.of(version);
        Operator operator = code.call(version::create);
        try {
            if (!(operator instanceof ParallelChange change)) {
                throw new IllegalStateException(node + ": " + version.label() + " of " + version.origin() + " is no ParallelChange");
            }
            code.run(() -> step.on(change, this));
        } finally {
            version.release(operator);
        }
    }

    @Override
    public <P extends Record> P parameters(Class<P> shape) {
        return ParameterBinder.bind(node, shape, parameters);
    }

    /** What it changes, for people. */
    public String resource() {
        return version.signature().changes().orElse("what it needs outside");
    }
}
