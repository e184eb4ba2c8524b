package neurath.simulation;

import neurath.api.Operator;
import neurath.engine.OperatorVersion;
import neurath.engine.Signature;

/** An operator version of one world, which counts its instances and fails where it is told to. */
final class Version implements OperatorVersion {
    final World world;
    final Kind kind;
    final int number;
    int alive;

    Version(World world, Kind kind, int number) {
        this.world = world;
        this.kind = kind;
        this.number = number;
    }

    @Override
    public String operator() {
        return kind.operator();
    }

    @Override
    public org.osgi.framework.Version version() {
        return new org.osgi.framework.Version(number, 0, 0);
    }

    @Override
    public String origin() {
        return "the simulation";
    }

    @Override
    public Signature signature() {
        return kind.signature;
    }

    @Override
    public Operator create() {
        world.mayFail(Fault.CONSTRUCTOR);
        alive++;
        return kind.constructor.apply(this);
    }

    @Override
    public void release(Operator operator) {
        alive--;
    }

    @Override
    public String toString() {
        return label();
    }
}
