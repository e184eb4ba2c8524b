package neurath.coordinator.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import neurath.coordinator.plan.Plan.Replacement;
import neurath.engine.OperatorVersion;
import neurath.graph.Arc;
import neurath.graph.Sections;

/** Plans as JSON values, for programs. The names of the members stay; there may be more of them. */
public final class PlanJson {
    private PlanJson() {}

    /**
     * A plan as the members of an object.
     *
     * @param number by which it can be applied; 0 if it cannot
     */
    public static Map<String, Object> of(int number, Plan plan, Forecast forecast) {
        var json = new LinkedHashMap<String, Object>();
        json.put("plan", number == 0 ? null : number);
        json.put("flow", plan.flow());
        json.put("revision", plan.revision());
        json.put("operations", operations(plan));
        json.put("region", List.copyOf(plan.region()));
        json.put("from", Options.text(plan.options().from()));
        json.put("commit", Options.text(plan.commit()));
        json.put("because", plan.because());
        json.put("requests", Options.text(plan.options().requests()));
        json.put("probation", plan.options().probation().map(Object::toString).orElse(null));
        json.put("errors", plan.options().errors().orElse(null));
        json.put("forecast", of(forecast));
        json.put("notes", plan.notes());
        json.put("problems", plan.problems());
        return json;
    }

    private static Map<String, Object> of(Forecast forecast) {
        var json = new LinkedHashMap<String, Object>();
        json.put("queued", forecast.queued());
        json.put("waiting", forecast.waiting());
        json.put("slowest", forecast.slowest().orElse(null));
        json.put("nanosPerPacket", forecast.perPacket().toNanos());
        json.put("pauseNanos", forecast.pause().toNanos());
        json.put("moving", forecast.moving());
        json.put("handoverNanos", forecast.handover().toNanos());
        return json;
    }

    private static List<Object> operations(Plan plan) {
        var operations = new ArrayList<>();
        plan.scalings().forEach(scaling -> operations.add(scaling(scaling)));
        plan.replacements().forEach((node, replacement) -> operations.add(replacement(plan, node, replacement)));
        plan.pinned().forEach((node, kept) -> {
            var pin = operation("pin", "node", node);
            pin.put("kept", kept);
            operations.add(pin);
        });
        plan.difference().added().forEach(node -> {
            var insert = operation("insert", "node", node);
            insert.put("to", version(plan.versions().get(node)));
            operations.add(insert);
        });
        plan.difference().removed().forEach(node -> operations.add(operation("delete", "node", node)));
        plan.difference().renamed().forEach((after, before) -> {
            var rename = operation("rename", "node", after);
            rename.put("was", before);
            operations.add(rename);
        });
        plan.difference().moved().forEach(node -> {
            var move = operation("move", "node", node);
            move.put("section", plan.target().node(node).metadata().get(Sections.SECTION));
            move.put("with", List.copyOf(Sections.mates(plan.target(), node)));
            operations.add(move);
        });
        plan.difference().removedArcs().forEach(arc -> operations.add(arc("cut", arc)));
        plan.difference().addedArcs().forEach(arc -> operations.add(arc("connect", arc)));
        return operations;
    }

    private static Map<String, Object> replacement(Plan plan, String node, Replacement replacement) {
        var json = operation("replace", "node", node);
        json.put("from", version(replacement.from()));
        json.put("to", version(replacement.to()));
        json.put("fresh", plan.fresh().contains(node));
        return json;
    }

    private static Map<String, Object> scaling(Scaling scaling) {
        var json = operation("scale", "node", scaling.group());
        json.put("from", scaling.before().size());
        json.put("to", scaling.after().size());
        json.put("key", scaling.key().orElse(null));
        json.put("fresh", scaling.fresh());
        return json;
    }

    private static Map<String, Object> arc(String operation, Arc arc) {
        var json = operation(operation, "from", arc.from().toString());
        json.put("to", arc.to().toString());
        return json;
    }

    private static Map<String, Object> operation(String operation, String member, Object value) {
        var json = new LinkedHashMap<String, Object>();
        json.put("operation", operation);
        json.put(member, value);
        return json;
    }

    private static Map<String, Object> version(OperatorVersion version) {
        if (version == null) {
            return null; // of a plan that is refused
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("operator", version.operator());
        json.put("version", version.version().toString());
        json.put("origin", version.origin());
        return json;
    }
}
