package neurath.simulation;

import neurath.api.In;
import neurath.api.Out;
import neurath.api.Output;
import neurath.api.Parameters;

/** Sends a piece round again as often as its request says, and then on. */
@Parameters(Worker.Settings.class)
@In(value = "IN", type = Piece.class)
@Out(value = "OUT", type = Piece.class)
@Out(value = "AGAIN", type = Piece.class)
class Gate extends Worker {
    private Output<Piece> out;
    private Output<Piece> again;

    Gate(Version version) {
        super(version);
    }

    @Override
    void bind() {
        out = context.output("OUT", Piece.class);
        again = context.output("AGAIN", Piece.class);
        takesPieces();
    }

    @Override
    void handle(Piece piece) {
        boolean goesRound = again.connected() && piece.request().goesRound(settings.id(), Ways.rounds(piece.way(), settings.id()));
        (goesRound ? again : out).emit(piece.by(goesRound ? stamp + Ways.AGAIN : stamp));
    }

    public Worker worker() {
        return this;
    }

    @Parameters(Worker.Settings.class)
    @In(value = "IN", type = Piece.class)
    @Out(value = "OUT", type = Piece.class)
    @Out(value = "AGAIN", type = Piece.class)
    static final class Toll extends Gate implements Summing {
        Toll(Version version) {
            super(version);
        }
    }
}
