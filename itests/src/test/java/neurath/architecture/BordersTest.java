package neurath.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Test;

/** The borders between the parts of the product, as the design draws them: imports point down only. */
public class BordersTest {
    private static final JavaClasses PRODUCT = Classes.product();

    private static final String API = "neurath.api..";
    private static final String GRAPH = "neurath.graph..";
    private static final String EVENTS = "neurath.events..";
    private static final String ENGINE = "neurath.engine..";
    private static final String RUNTIME = "neurath.runtime..";
    private static final String COORDINATOR = "neurath.coordinator..";
    private static final String PLAN = "neurath.coordinator.plan..";
    private static final String HTTP = "neurath.http..";
    private static final String OPERATORS = "neurath.operator..";

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("neurath..");
    private static final DescribedPredicate<JavaClass> VERSIONS = new DescribedPredicate<>("Version or VersionRange") {
        @Override
        public boolean test(JavaClass type) {
            return Set.of("org.osgi.framework.Version", "org.osgi.framework.VersionRange").contains(type.getName());
        }
    };

    @Test
    public void the_rules_see_the_product() {
        for (String part : new String[] {"api.Operator", "graph.Graph", "engine.Flow", "coordinator.plan.Planner", "http.Request",
            "operator.http.load.Load", "shell.ShellServer", "launcher.Main"}) {
            assertThat(PRODUCT.contain("neurath." + part)).as(part).isTrue();
        }
    }

    @Test
    public void imports_point_down_only() {
        knowsOfOurs(API, API);
        knowsOfOurs(GRAPH, GRAPH, API);
        knowsOfOurs(EVENTS, EVENTS, GRAPH, API);
        knowsOfOurs(ENGINE, ENGINE, EVENTS, GRAPH, API);
        knowsOfOurs(RUNTIME, RUNTIME, ENGINE, EVENTS, GRAPH, API);
        knowsOfOurs(HTTP, HTTP, API);
        knowsOfOurs("neurath.shell..", "neurath.shell..");
        knowsOfOurs("neurath.launcher..", "neurath.launcher..");
    }

    @Test
    public void nobody_imports_the_coordinator() {
        noClasses().that(are(not(resideInAPackage(COORDINATOR))))
                .should().dependOnClassesThat().resideInAPackage(COORDINATOR).check(PRODUCT);
    }

    @Test
    public void operators_know_the_api_and_message_types_and_not_each_other() {
        noClasses().that().resideInAPackage(OPERATORS)
                .should().dependOnClassesThat().resideInAnyPackage(GRAPH, EVENTS, ENGINE, RUNTIME, COORDINATOR)
                .check(PRODUCT);
        slices().matching("neurath.operator.(**)").should().notDependOnEachOther().check(PRODUCT);
    }

    @Test
    public void the_runtime_knows_bundles_in_one_package_only() {
        noClasses().that().resideInAnyPackage(API, GRAPH, EVENTS, ENGINE, HTTP, OPERATORS)
                .should().dependOnClassesThat(resideInAnyPackage("org.osgi.framework..", "org.osgi.util..", "org.osgi.resource..")
                        .and(not(VERSIONS)))
                .check(PRODUCT);
    }

    @Test
    public void planning_knows_neither_bundles_nor_threads_nor_services() {
        noClasses().that().resideInAPackage(PLAN)
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.osgi..", "java.util.concurrent..", "neurath.runtime..", "java.nio..", "java.io..")
                                .and(not(VERSIONS)).and(not(resideInAPackage("org.osgi.annotation.."))))
                .orShould().dependOnClassesThat().areAssignableTo(Thread.class)
                .check(PRODUCT);
    }

    @Test
    public void there_is_no_static_mutable_state() {
        fields().that().areStatic().and(are(not(madeByTheCompiler()))).should().beFinal().andShould(notHoldWhatChanges()).check(PRODUCT);
    }

    @Test
    public void there_are_no_activators() {
        noClasses().should().implement("org.osgi.framework.BundleActivator").check(PRODUCT);
    }

    @Test
    public void nothing_sleeps_neither_product_nor_tests() {
        noClasses().should().callMethodWhere(DescribedPredicate.describe(
                "the call is Thread.sleep",
                call -> call.getTargetOwner().isEquivalentTo(Thread.class) && call.getName().equals("sleep")))
                .check(PRODUCT);
        noClasses().should().callMethodWhere(DescribedPredicate.describe(
                "the call is Thread.sleep",
                call -> call.getTargetOwner().isEquivalentTo(Thread.class) && call.getName().equals("sleep")))
                .check(Classes.tests());
    }

    private static void knowsOfOurs(String part, String... known) {
        classes().that().resideInAPackage(part)
                .should().onlyDependOnClassesThat(not(OURS).or(resideInAnyPackage(known)))
                .check(PRODUCT);
    }

    private static DescribedPredicate<JavaField> madeByTheCompiler() {
        return DescribedPredicate.describe("made by the compiler", field -> field.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    private static ArchCondition<JavaField> notHoldWhatChanges() {
        return new ArchCondition<>("not be of a type that changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                JavaClass type = field.getRawType();
                boolean collection = type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
                boolean changes = collection && !type.isInterface()
                        || type.getPackageName().equals(AtomicReference.class.getPackageName())
                        || type.isAssignableTo(ThreadLocal.class);
                if (changes) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is a static " + type.getSimpleName()));
                }
            }
        };
    }
}
