package neurath.itests;

import neurath.build.OperatorJar;

/** Operators of two lines, for tests that need one and do not care which. */
final class Examples {
    private Examples() {}

    /** An operator {@code example/<name>} that passes strings on. */
    static OperatorJar operator(String name, String version) {
        return operator(name, version, "");
    }

    /** The same, with a requirement on the exact version of another example. */
    static OperatorJar operatorWith(String name, String version, String partner) {
        return operator(name, version, "@RequiresOperator(operator = \"example/%s\", version = \"%s\")".formatted(partner, version));
    }

    private static OperatorJar operator(String name, String version, String requirement) {
        return of(name, version, "Step<String, String>", """
                @Override
                public String apply(String packet) {
                    return packet;
                }
                """).replacing("public final class", requirement + "\npublic final class");
    }

    /** An operator {@code example/<name>} of a level of the API, with a body. */
    static OperatorJar of(String name, String version, String level, String body) {
        String source = """
                package example.%1$s;

                import neurath.api.Operator;
                import neurath.api.OperatorType;
                import neurath.api.RequiresOperator;
                import neurath.api.Source;
                import neurath.api.Step;
                import org.osgi.service.component.annotations.Component;
                import org.osgi.service.component.annotations.ServiceScope;

                @Component(service = Operator.class, scope = ServiceScope.PROTOTYPE)
                @OperatorType("example/%1$s")
                public final class Example implements %2$s {
                %3$s
                }
                """.formatted(name, level, body);
        return OperatorJar.ofSource("example." + name, version, source);
    }
}
