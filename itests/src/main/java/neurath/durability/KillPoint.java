package neurath.durability;

import com.sun.jdi.ObjectReference;
import com.sun.jdi.StackFrame;
import com.sun.jdi.StringReference;
import com.sun.jdi.Value;
import java.util.List;

/**
 * A place in the product's code: the entry of a method, called with a first argument that reads so, if that matters.
 *
 * @param type the class
 * @param method its method
 * @param argument the name of the enum constant, or the first line of the text, that is passed first; or {@code null} for any
 */
public record KillPoint(String type, String method, String argument) {
    /** An update has come to a phase, and nobody knows yet. */
    public static KillPoint at(String phase) {
        return new KillPoint("neurath.coordinator.Update", "enter", phase);
    }

    /** A record is to be written, and nothing of it is. */
    public static KillPoint before(String record) {
        return new KillPoint("neurath.coordinator.journal.Journal", "append", record);
    }

    /** Anything else. */
    public static KillPoint in(String type, String method) {
        return new KillPoint(type, method, null);
    }

    boolean isMet(StackFrame frame) {
        List<Value> arguments = frame.getArgumentValues();
        return argument == null || argument.equals(text(arguments.getFirst()));
    }

    private static String text(Value value) {
        return switch (value) {
            case StringReference text -> text.value().lines().findFirst().orElse("");
            case ObjectReference constant -> {
                var name = constant.referenceType().fieldByName("name");
                yield constant.getValue(name) instanceof StringReference text ? text.value() : "";
            }
            default -> "";
        };
    }

    @Override
    public String toString() {
        return type.substring(type.lastIndexOf('.') + 1) + '.' + method + (argument == null ? "" : '(' + argument + ')');
    }
}
