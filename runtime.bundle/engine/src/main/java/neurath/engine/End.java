package neurath.engine;

/** The last thing on an arc: no packet follows. */
final class End extends Control {
    static final End END = new End();

    private End() {}
}
