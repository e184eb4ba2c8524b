package neurath.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import javax.inject.Inject;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Two operators that require each other, as the resolver sees them. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PairIT {
    @Inject
    private BundleContext context;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Configuration
    public Option[] product() throws Exception {
        Path temporary = Product.temporaryFolder();
        return new Option[] {Product.options(temporary, temporary.resolve("home"))};
    }

    @Test
    public void half_of_a_pair_is_refused_and_the_shell_says_what_is_missing() throws Exception {
        Path left = Examples.operatorWith("left", "1.0.0", "right").writeTo(folder.getRoot().toPath());
        try (Shell shell = new Shell(context)) {
            Bundle half = shell.install(left);
            assertThatThrownBy(() -> shell.start(half))
                    .hasMessageContaining("needs example/right 1.0.0, which no installed bundle provides");
            assertThat(half.getState()).isEqualTo(Bundle.INSTALLED);
            half.uninstall();
        }
    }

    @Test
    public void both_halves_of_a_pair_resolve_together() throws Exception {
        Path left = Examples.operatorWith("left", "1.1.0", "right").writeTo(folder.getRoot().toPath());
        Path right = Examples.operatorWith("right", "1.1.0", "left").writeTo(folder.getRoot().toPath());
        try (Shell shell = new Shell(context)) {
            Bundle one = shell.install(left);
            Bundle other = shell.install(right);
            shell.start(one, other);
            assertThat(one.getState()).isEqualTo(Bundle.ACTIVE);
            assertThat(other.getState()).isEqualTo(Bundle.ACTIVE);
            one.uninstall();
            other.uninstall();
        }
    }

    @Test
    public void two_versions_of_an_operator_stand_beside_each_other_with_a_class_each() throws Exception {
        Path old = Examples.operator("single", "1.0.0").writeTo(folder.getRoot().toPath());
        Path young = Examples.operator("single", "2.0.0").writeTo(folder.getRoot().toPath());
        try (Shell shell = new Shell(context)) {
            Bundle one = shell.install(old);
            Bundle other = shell.install(young);
            shell.start(one, other);
            Class<?> first = one.loadClass("example.single.Example");
            Class<?> second = other.loadClass("example.single.Example");
            assertThat(first).isNotSameAs(second);
            assertThat(Arrays.asList(first.getInterfaces())).isEqualTo(Arrays.asList(second.getInterfaces()));
            one.uninstall();
            other.uninstall();
        }
    }
}
