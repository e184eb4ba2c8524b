/*
 * The update protocol as a model for spin: see README.md beside this file.
 *
 * One instance is chosen by -DPIPELINE, -DDIAMOND, -DFORKJOIN, -DMERGE, -DINSERT, -DREMOVE, -DCYCLE or -DOUTSIDE, the way to commit by
 * -DSTREAM or -DHOLD, and a way to break the protocol by one of the names in README.md. Assertions and claims are named after the
 * invariants, so that what pan prints says which of them broke.
 */

mtype:item = { DATA, MARK, END };
mtype:order = { EXPECT, RELEASE, WAVE, FREEZE, SWITCH };
mtype:kind = { SOURCE, PASS, SINK };
mtype:stage = { UNBORN, TRAVELLING, SWITCHED, CANCELLED };

#define bit(n)          (1 << (n))
#define has(set, n)     (((set) >> (n)) & 1)
#define NONE            255

/* ---- instances: nodes, arcs, and the region ---- */

#ifndef UPDATES
#define UPDATES 1
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef REQUESTS
#define REQUESTS 3
#endif

#ifdef PIPELINE         /* 0 source, 1 a*, 2 b, 3 c* */
#define NODES   4
#define ARCS    3
#define REGION  (bit(1) | bit(2) | bit(3))
#define TARGETS (bit(1) | bit(3))
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, SINK); \
                arc(0, 0,0, 1,0); arc(1, 1,0, 2,0); arc(2, 2,0, 3,0)
#endif

#ifdef DIAMOND          /* 0 load, which is a source, 1 hit*, 2 miss*, 3 merge*, 4 reply: a request goes one way or the other */
#define NODES   5
#define ARCS    5
#define REGION  (bit(0) | bit(1) | bit(2) | bit(3))
#define TARGETS (bit(1) | bit(2) | bit(3))
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, PASS); is(4, SINK); \
                arc(0, 0,0, 1,0); arc(1, 0,1, 2,0); arc(2, 1,0, 3,0); arc(3, 2,0, 3,1); arc(4, 3,0, 4,0)
#define choosesAt(n)    ((n) == 0)
#endif

#ifdef FORKJOIN         /* 0 source and fork, 1 a*, 2 b*, 3 join*: a request goes both ways, which are of unequal length */
#define NODES   4
#define ARCS    4
#ifdef NO_FORK
#define REGION  (bit(1) | bit(2) | bit(3))
#else
#define REGION  (bit(0) | bit(1) | bit(2) | bit(3))
#endif
#define TARGETS (bit(1) | bit(2) | bit(3))
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, SINK); \
                arc(0, 0,0, 3,0); arc(1, 0,1, 1,0); arc(2, 1,0, 2,0); arc(3, 2,0, 3,1)
#define forksAt(n)      ((n) == 0)
#define ONCE    2       /* both ways meet there */
#endif

#ifdef MERGE            /* 0 short and 1 long source, 2 a*, 3 merge*: one input ends while the other goes on */
#define NODES   4
#define ARCS    3
#define REGION  (bit(1) | bit(2) | bit(3))
#define TARGETS (bit(2) | bit(3))
#define GRAPH   is(0, SOURCE); is(1, SOURCE); is(2, PASS); is(3, SINK); \
                first[0] = 0; last[0] = 1; first[1] = 1; last[1] = REQUESTS; \
                arc(0, 0,0, 2,0); arc(1, 2,0, 3,0); arc(2, 1,0, 3,1)
#endif

#ifdef INSERT           /* 0 source, 1 a*, 2 b*; 3 is put into the arc from a to b: arcs 2 and 3 take the place of 1 */
#define NODES   4
#define ARCS    4
#define REGION  (bit(1) | bit(2))
#define TARGETS (bit(1) | bit(2))
#define BORN    bit(3)
#define GONE    0
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, SINK); is(3, PASS); \
                arc(0, 0,0, 1,0); arc(1, 1,0, 2,0); \
                nextArc(2, 1,0, 3,0); nextArc(3, 3,0, 2,0); ins[6] = 2; outs[6] = 3
#endif

#ifdef REMOVE           /* 0 source, 1 a*, 2 the one that goes, 3 b*: arc 3 takes the place of 1 and 2 */
#define NODES   4
#define ARCS    4
#define REGION  (bit(1) | bit(2) | bit(3))
#define TARGETS (bit(1) | bit(3))
#define BORN    0
#define GONE    bit(2)
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, SINK); \
                arc(0, 0,0, 1,0); arc(1, 1,0, 2,0); arc(2, 2,0, 3,0); \
                nextArc(3, 1,0, 3,0)
#endif

#ifdef CYCLE            /* 0 source, 1 a*, 2 entry* and 3 work* of the loop, 4 sink; arc 3 leads back */
#define NODES   5
#define ARCS    5
#define REGION  (bit(1) | bit(2) | bit(3))
#define TARGETS (bit(1) | bit(2) | bit(3))
#ifndef BACK_EDGE
#define LOOP    (bit(2) | bit(3))
#endif
#define choosesAt(n)    ((n) == 3)
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, PASS); is(4, SINK); \
                arc(0, 0,0, 1,0); arc(1, 1,0, 2,0); arc(2, 2,0, 3,0); arc(3, 3,1, 2,1); arc(4, 3,0, 4,0)
#endif

#ifdef OUTSIDE          /* 0 source, 1 its fork, 2 head, 3 merge*, 4 sink; 5 a head that never answers; 6 bystander, fed by the fork */
#define NODES   7
#define ARCS    6
#define REGION  (bit(2) | bit(3) | bit(5))
#define TARGETS bit(3)
#define STUCK   5
#define BYSTANDER 6
#define forksAt(n)      ((n) == 1)
#define GRAPH   is(0, SOURCE); is(1, PASS); is(2, PASS); is(3, PASS); is(4, SINK); is(5, PASS); is(6, SINK); \
                arc(0, 0,0, 1,0); arc(1, 1,0, 2,0); arc(2, 2,0, 3,0); arc(3, 5,0, 3,1); arc(4, 3,0, 4,0); arc(5, 1,1, 6,0)
#endif

#ifdef BESIDE           /* 0 and 1 sources, 2 a*, 3 sink of both: the handover of a never returns */
#define NODES   4
#define ARCS    3
#ifdef WIDE
#define REGION  (bit(2) | bit(3))
#else
#define REGION  bit(2)
#endif
#define TARGETS bit(2)
#define HANGING_HANDOVER
#define BYSTANDER 3
#define GRAPH   is(0, SOURCE); is(1, SOURCE); is(2, PASS); is(3, SINK); first[1] = 0; last[1] = 1; first[0] = 1; \
                arc(0, 1,0, 2,0); arc(1, 2,0, 3,0); arc(2, 0,0, 3,1)
#endif

#ifndef BORN
#define BORN 0
#define GONE 0
#else
#define STRUCTURAL
#endif
#ifndef LOOP
#define LOOP 0
#endif
#ifndef forksAt
#define forksAt(n) false
#endif
#ifndef choosesAt
#define choosesAt(n) false
#endif
#ifndef ONCE
#define ONCE 1
#endif

/* ---- the flow ---- */

chan arcs[ARCS] = [CAPACITY] of { mtype:item, byte, byte, byte };        /* what; request, or update of a marker; epoch; number on the arc */
chan spilled[ARCS] = [REQUESTS + 3] of { mtype:item, byte, byte, byte };
chan orders[NODES] = [2 * UPDATES + 3] of { mtype:order, byte };

mtype:kind kinds[NODES];
byte ins[2 * NODES], outs[2 * NODES];           /* arcs by node and port */
#ifdef STRUCTURAL
byte nextIns[2 * NODES], nextOuts[2 * NODES];   /* as the update is to make them */
#endif
int inner;                                      /* arcs inside the region */
int loopArcs;                                   /* arcs inside the loop */
byte first[NODES], last[NODES];                 /* requests that a source has still to produce */

/* a node: Passage, Inlet, LiveNode */
byte aligning[NODES];                           /* the marker that is awaited, or 0 */
byte awaited[NODES];                            /* on these inputs */
byte blocked[NODES];                            /* inputs on which it has come */
byte endedIn[NODES];                            /* inputs that have ended */
byte frozen[NODES];                             /* the marker that holds the node, or 0 */
bool ended[NODES];
byte version[NODES];                            /* the update that put its instance in */
byte epoch[NODES];                              /* the last marker it has passed */
#ifdef CYCLE
byte taken[NODES];                              /* packets, modulo 8 */
#endif

/* the marker */
mtype:stage stage[UPDATES + 1];
int unaligned, unreleased;
byte update;                                    /* the one under way */
bool cancelPosted;
bool over;                                      /* no further update comes, and the last has ended */

#ifdef CYCLE
byte entrancesOpen;                             /* loop nodes that still take input from outside the loop */
byte waveLeft, waveSum, lastSum;
bool waveEmpty, lastEmpty;
#endif

/* ---- what the invariants look at, and no node does ---- */

byte sent[ARCS], got[ARCS];                     /* I1 */
byte arrived;                                   /* I2 */
byte came[REQUESTS];                            /* I2: how often a request left the flow, or halves at a join */
byte state[NODES], handed[NODES];               /* I2, of what a node remembers */
byte marks[ARCS];                               /* I4: the last marker taken from the arc */
byte seen[REQUESTS];                            /* I5: the epoch a request was first handled in, plus 1 */
byte closed[NODES];                             /* I6: versions that were closed */
#ifdef CYCLE
byte laps[REQUESTS];
#endif

/* Never true: the name of what broke, for pan to print. */
hidden byte I1_fifo, I2_conservation, I3_one_version, I4_marker_first, I5_one_epoch, I6_no_call_after_close, I8_abort_leaves_the_old,
        removed_arc_is_empty;

/* The epoch behind marker e; a cancelled marker begins none. */
#if UPDATES == 1
#define behind(e)       (stage[e] == CANCELLED -> 0 : (e))
#else
#define behind(e)       (stage[e] == CANCELLED -> ((e) == 2 && stage[1] != CANCELLED -> 1 : 0) : (e))
#endif

#define inRegion(n)     has(REGION, n)
#define isTarget(n)     has(TARGETS, n)
#define inLoop(n)       has(LOOP, n)
#define suspended       (frozen[me] != 0 || len(orders[me]) > 0)         /* an order goes before the next packet */
#define ABSENT          (has(BORN, me) && stage[1] != SWITCHED || has(GONE, me) && epoch[me] > 0)
#define isConnected(i)  (ins[2 * me + (i)] != NONE)
#define hasEndedAll     ((!isConnected(0) || has(endedIn[me], 0)) && (!isConnected(1) || has(endedIn[me], 1)))
#ifdef OUTSIDE
#define isStuck         (me == STUCK)
#else
#define isStuck         false
#endif

inline is(n, kind) {
    kinds[n] = kind;
    if :: kind == SOURCE -> last[n] = REQUESTS :: else fi
}

inline arc(a, from, output, to, input) {
    outs[2 * (from) + (output)] = a;
    ins[2 * (to) + (input)] = a;
    if :: inRegion(from) && inRegion(to) -> inner = inner | bit(a) :: else fi;
    if :: inLoop(from) && inLoop(to) -> loopArcs = loopArcs | bit(a) :: else fi
}

inline nextArc(a, from, output, to, input) {
#ifdef STRUCTURAL
    nextOuts[2 * (from) + (output)] = a;
    nextIns[2 * (to) + (input)] = a
#else
    skip
#endif
}

/* ---- a section at work ---- */

inline compareAndSet(m, to, won) {
#ifdef NO_CAS
    won = true;
#else
    won = (stage[m] == TRAVELLING);
#endif
    if :: won -> stage[m] = to :: else fi
}

inline put(a, what, value, e) {
    atomic { arcs[a]!what,value,e,sent[a]; sent[a]++ }
}

#ifdef NO_ALIGNMENT
#define isAligned       (awaited[me] == 0 || blocked[me] != 0)
#else
#define isAligned       (awaited[me] == 0)
#endif

/* To go away is to switch: nobody may do so before the point of no return. */
#ifdef GONE_BEFORE_SWITCHED
#define goesAway        false
#else
#define goesAway        has(GONE, me)
#endif

/* The marker has come on all live inputs: stream passes, hold freezes, a node of a loop closes its entrance. */
inline alignedIfComplete() {
    if
    :: aligning[me] != 0 && isAligned ->
        m = aligning[me];
#ifdef CYCLE
        if
        :: inLoop(me) ->
            aligning[me] = 0;
            entrancesOpen = entrancesOpen & ~bit(me);
            m = 0
        :: else
        fi;
#endif
        if
        :: m != 0 ->
            aligning[me] = 0;
#ifdef STREAM
            goesOn = true;
            if
            :: isTarget(me) || goesAway -> compareAndSet(m, SWITCHED, won); goesOn = (stage[m] == SWITCHED)
            :: else -> goesOn = (stage[m] != CANCELLED)
            fi;
            if
            :: goesOn -> swap(); passing = m
            :: else -> blocked[me] = 0
            fi
#else
            frozen[me] = m;
            passing = m
#endif
        :: else
        fi
    :: else
    fi
}

/* The instance of the update takes the place of the old one, and the arcs those of the old ones; between two packets. */
inline swap() {
    epoch[me] = m;
    if
    :: isTarget(me) && !ended[me] ->
        assert(I8_abort_leaves_the_old || stage[m] == SWITCHED);
#ifdef HOLD
        assert(I2_conservation || handed[me] == state[me]);
        handed[me] = 0; state[me] = 0;
#endif
        version[me] = m
    :: else
    fi
}

/* With the swap, once the marker is the last thing on the arcs that go. */
inline rewire() {
#ifdef STRUCTURAL
    if
    :: stage[m] == SWITCHED && isTarget(me) ->
        i = 0;
        do
        :: i < 2 ->
            if
            :: nextIns[2 * me + i] != NONE ->
                a = ins[2 * me + i];
                assert(removed_arc_is_empty || (empty(arcs[a]) && empty(spilled[a])));
                ins[2 * me + i] = nextIns[2 * me + i];
                endedIn[me] = endedIn[me] & ~bit(i)
            :: else
            fi;
            if :: nextOuts[2 * me + i] != NONE -> outs[2 * me + i] = nextOuts[2 * me + i]; moved = true :: else fi;
            i++
        :: else -> break
        od
    :: else
    fi;
    i = 0; a = 0
#else
    skip
#endif
}

#ifdef NO_END_COUNTS
#define counted(i)      false
#else
#define counted(i)      has(endedIn[me], i)
#endif

inline align() {
    aligning[me] = m;
    awaited[me] = 0;
    if :: isConnected(0) && has(inner, ins[2 * me]) && !has(loopArcs, ins[2 * me]) && !counted(0) -> awaited[me] = 1 :: else fi;
    if :: isConnected(1) && has(inner, ins[2 * me + 1]) && !has(loopArcs, ins[2 * me + 1]) && !counted(1) -> awaited[me] = awaited[me] | 2 :: else fi
}

/* Passage.release */
inline release() {
    if
    :: aligning[me] == m || frozen[me] == m || (inLoop(me) && blocked[me] != 0) ->
        if
        :: stage[m] == SWITCHED -> swap(); rewire(); unreleased = unreleased & ~bit(me)
        :: else
        fi;
        aligning[me] = 0;
        frozen[me] = 0;
        blocked[me] = 0
    :: else
    fi
}

#ifdef CYCLE
#define mayExpect       (!inLoop(me) || has(entrancesOpen, me))
#else
#define mayExpect       true
#endif

inline obey() {
    orders[me]?o,m;
    if
    :: o == EXPECT ->
        if
        :: aligning[me] == 0 && frozen[me] == 0 && has(unaligned, me) && stage[m] != CANCELLED && mayExpect ->
            align();
            alignedIfComplete()
        :: else
        fi
    :: o == RELEASE -> release()
#ifdef CYCLE
    :: o == WAVE ->
        waveSum = (waveSum + taken[me]) % 8;
        if :: isConnected(0) && has(loopArcs, ins[2 * me]) && len(arcs[ins[2 * me]]) > 0 -> waveEmpty = false :: else fi;
        if :: isConnected(1) && has(loopArcs, ins[2 * me + 1]) && len(arcs[ins[2 * me + 1]]) > 0 -> waveEmpty = false :: else fi;
        waveLeft--
    :: o == FREEZE ->
        if :: stage[m] != CANCELLED -> frozen[me] = m; passing = m :: else fi
#endif
#ifdef NAIVE
    :: o == SWITCH ->
        compareAndSet(m, SWITCHED, won);
        if :: stage[m] == SWITCHED -> swap(); unreleased = unreleased & ~bit(me) :: else fi
#endif
    :: else
    fi;
    o = 0
}

/* An item from input i: a marker, an end, or a packet, which is then in hand. */
inline take() {
    if
#ifdef RING_BEFORE_SPILL
    :: nempty(arcs[a]) -> arcs[a]?what,r,e,s
    :: empty(arcs[a]) -> spilled[a]?what,r,e,s
#else
    :: nempty(spilled[a]) -> spilled[a]?what,r,e,s
    :: empty(spilled[a]) -> arcs[a]?what,r,e,s
#endif
    fi;
    assert(I1_fifo || s == got[a]);
    got[a]++;
    s = 0;
    if
    :: what == DATA -> handle()
    :: what == END ->
        endedIn[me] = endedIn[me] | bit(i);
#ifndef NO_END_COUNTS
        if :: aligning[me] != 0 && has(awaited[me], i) -> awaited[me] = awaited[me] & ~bit(i); alignedIfComplete() :: else fi
#endif
    :: what == MARK ->
        m = r;
        if
        :: stage[m] != CANCELLED ->
            marks[a] = m;
            if :: aligning[me] != 0 && aligning[me] != m -> aligning[me] = 0; blocked[me] = 0 :: else fi;
            if :: aligning[me] == 0 -> align() :: else fi;
            blocked[me] = blocked[me] | bit(i);
            awaited[me] = awaited[me] & ~bit(i);
            alignedIfComplete()
        :: else
        fi
    fi;
    r = 0; a = 0; i = 0; what = 0;
    if :: !hand -> e = 0 :: else fi
}

inline handle() {
    hand = true;
    request = r;
    if
    :: inRegion(me) ->
        if
        :: has(inner, a) ->
            if :: !has(loopArcs, a) -> assert(I4_marker_first || behind(e) <= marks[a]) :: else fi
#ifdef STRUCTURAL
        :: nextIns[2 * me] == a -> assert(I4_marker_first || e <= epoch[me])
#endif
        :: else -> e = epoch[me]
        fi;
        if
        :: isTarget(me) ->
            assert(I5_one_epoch || seen[r] == 0 || seen[r] == version[me] + 1);
            assert(I3_one_version || version[me] == behind(e));
            assert(I6_no_call_after_close || !has(closed[me], version[me]));
            seen[r] = version[me] + 1;
#ifdef HOLD
            if :: version[me] == 0 || UPDATES > 1 -> state[me]++ :: else fi
#endif
        :: else
        fi
    :: else
    fi;
#ifdef CYCLE
    taken[me] = (taken[me] + 1) % 8;
#endif
    if
    :: kinds[me] == SINK ->
#ifdef BYSTANDER
        if :: me == BYSTANDER && r > 0 -> arrived++ :: else fi;
#else
        came[r]++;
        assert(I2_conservation || came[r] <= ONCE);
        if :: came[r] == ONCE -> arrived++ :: else fi;
#endif
        hand = false
    :: else
    fi
}

/* What was in hand goes on, and waits while the arc is full: nothing else happens meanwhile. */
inline emit() {
    if
    :: choosesAt(me) ->
        if
        :: put(outs[2 * me], DATA, request, e)
#ifdef CYCLE
        :: laps[request] == 0 -> laps[request] = 1; put(outs[2 * me + 1], DATA, request, e)
#else
        :: put(outs[2 * me + 1], DATA, request, e)
#endif
        fi
    :: forksAt(me) -> put(outs[2 * me], DATA, request, e); put(outs[2 * me + 1], DATA, request, e)
    :: else -> put(outs[2 * me], DATA, request, e)
    fi;
    hand = false; request = 0; e = 0
}

/* The marker goes down all arcs of the region; then, with stream, the node goes on. */
inline sendOn() {
    if
    :: !ended[me] && outs[2 * me] != NONE && has(inner, outs[2 * me]) && !has(loopArcs, outs[2 * me]) ->
        put(outs[2 * me], MARK, passing, 0)
    :: else
    fi;
#ifndef ONE_BRANCH
    if
    :: !ended[me] && outs[2 * me + 1] != NONE && has(inner, outs[2 * me + 1]) && !has(loopArcs, outs[2 * me + 1]) ->
        put(outs[2 * me + 1], MARK, passing, 0)
    :: else
    fi;
#endif
    atomic {
        m = passing;
        passing = 0;
        unaligned = unaligned & ~bit(me);
#ifdef STREAM
        rewire();
        unreleased = unreleased & ~bit(me);
        blocked[me] = 0
#endif
    }
}


/* Who has ended already has its end follow on the new arc. */
inline follow() {
    moved = false;
    if :: ended[me] -> put(outs[2 * me], END, 0, 0) :: else fi
}

#ifdef NEW_ARC_EARLY
#define looksAhead      (isTarget(me) && epoch[me] == 0 && nextIns[2 * me] != NONE && nempty(arcs[nextIns[2 * me]]))
#else
#define looksAhead      false
#endif

#define mayTake(i)      (isConnected(i) && !suspended && !has(blocked[me], i) && !ABSENT && !isStuck && \
                         (nempty(arcs[ins[2 * me + (i)]]) || nempty(spilled[ins[2 * me + (i)]])))
#ifdef NO_SPILL
#define maySpill(i)     false
#else
#define maySpill(i)     (isConnected(i) && has(blocked[me], i) && full(arcs[ins[2 * me + (i)]]))
#endif
#define mayProduce      (kinds[me] == SOURCE && first[me] < last[me] && !suspended && aligning[me] == 0)
#define mayEnd          (!ended[me] && !suspended && aligning[me] == 0 && !ABSENT && !isStuck && \
                         (kinds[me] == SOURCE -> first[me] == last[me] : hasEndedAll))
#ifdef ENDS
#define mayFinish       (over && (ended[me] || ABSENT) && len(orders[me]) == 0)
#else
#define mayFinish       (over && arrived == REQUESTS && len(orders[me]) == 0)
#endif

/*
 * A turn is atomic up to where an arc is full: taking from an arc and putting on another commute with what others do, unless somebody
 * looks whether an arc is empty (the waves through a loop), which is why -DFINE lets others come in between.
 */
#ifdef FINE
#define turn
#else
#define turn atomic
#endif

inline goOn() {
    do
    :: hand -> emit()
    :: passing != 0 -> sendOn()
#ifdef LATE_MARKER
    :: passing != 0 && !hand -> break
#endif
    :: moved -> follow()
    :: else -> m = 0; won = false; goesOn = false; break
    od
}

proctype node(byte me) {
    mtype:item what;
    mtype:order o;
    byte i, a, m, r, e, s;
    byte request, passing;
    bool hand, won, goesOn, moved;
    do
    :: turn { atomic { nempty(orders[me]) && !isStuck -> obey() }; goOn() }
    :: turn { atomic { mayTake(0) -> i = 0; a = ins[2 * me]; take() }; goOn() }
    :: turn { atomic { mayTake(1) -> i = 1; a = ins[2 * me + 1]; take() }; goOn() }
#ifdef NEW_ARC_EARLY
    :: turn { atomic { looksAhead -> i = 0; a = nextIns[2 * me]; take() }; goOn() }
#endif
    :: d_step { maySpill(0) -> a = ins[2 * me]; arcs[a]?what,r,e,s; spilled[a]!what,r,e,s; a = 0; what = 0; r = 0; e = 0; s = 0 }
    :: d_step { maySpill(1) -> a = ins[2 * me + 1]; arcs[a]?what,r,e,s; spilled[a]!what,r,e,s; a = 0; what = 0; r = 0; e = 0; s = 0 }
    :: turn { atomic { mayProduce -> request = first[me]; first[me]++; e = (inRegion(me) -> epoch[me] : 0); hand = true }; goOn() }
#ifdef ENDS
    :: turn {
            atomic { mayEnd -> ended[me] = true };
            if :: outs[2 * me] != NONE -> put(outs[2 * me], END, 0, 0) :: else fi;
            if :: outs[2 * me + 1] != NONE -> put(outs[2 * me + 1], END, 0, 0) :: else fi
        }
#endif
    :: atomic { mayFinish ->
            assert(I8_abort_leaves_the_old || version[me] == 0 || stage[version[me]] == SWITCHED);
            assert(I8_abort_leaves_the_old || aligning[me] == 0 && frozen[me] == 0 && blocked[me] == 0);
            if :: kinds[me] == SINK -> assert(I2_conservation || arrived == REQUESTS) :: else fi;
            break
        }
    od
}

/* ---- the coordinator: Flow.mark, Marker, Update ---- */

/* To one after the other: a marker may come by an arc before the order to expect it. */
inline post(order, m, set) {
    n = 0;
    do
    :: atomic { n < NODES ->
            if :: has(set, n) -> orders[n]!order,m :: else fi;
            do :: n++; if :: n < NODES && !has(set, n) :: else -> break fi od
        }
    :: n >= NODES -> break
    od;
    n = 0
}

/* Whether nothing moves in the loop: two waves, each carried out by every node between two packets, found the same. */
inline drainLoop() {
#ifdef CYCLE
    do
    :: stage[m] == CANCELLED -> break
    :: entrancesOpen == 0 ->
        d_step { waveLeft = 2; waveSum = 0; waveEmpty = true };
        post(WAVE, m, LOOP);
        atomic {
            waveLeft == 0;
            if
#ifdef ONE_WAVE
            :: waveEmpty -> break
#else
            :: waveEmpty && lastEmpty && waveSum == lastSum -> break
#endif
            :: else -> lastEmpty = waveEmpty; lastSum = waveSum
            fi
        }
    od;
    skip;
    d_step { lastEmpty = false; lastSum = 0; waveSum = 0; waveEmpty = false };
    if :: stage[m] != CANCELLED -> post(FREEZE, m, LOOP) :: else fi
#else
    skip
#endif
}

/* The state is taken from the frozen instances, one after the other. */
inline takeState() {
    do
    :: d_step { n < NODES -> if :: isTarget(n) -> handed[n] = state[n] :: else fi; n++ }
    :: atomic { n == NODES -> n = 0; break }
    od
}

proctype coordinator() {
    byte m = 1, n;
    bool won;
    do
    :: m <= UPDATES ->
        d_step {
            stage[m] = TRAVELLING;
            unaligned = REGION;
            unreleased = REGION;
            cancelPosted = false;
#ifdef CYCLE
            entrancesOpen = LOOP;
#endif
            update = m
        };
#ifdef NAIVE
        d_step { unreleased = TARGETS };
        post(SWITCH, m, TARGETS);
#else
        post(EXPECT, m, REGION);
#endif
#ifdef STREAM
        stage[m] != TRAVELLING;
#else
#ifdef HANDED_EARLY
        takeState();
#endif
#if LOOP
        drainLoop();
#endif
#ifndef EARLY_COMMIT
        unaligned == 0 || stage[m] == CANCELLED;
#endif
#ifdef HANGING_HANDOVER
        stage[m] == CANCELLED;
#endif
#ifndef HANDED_EARLY
        takeState();
#endif
        atomic { compareAndSet(m, SWITCHED, won) };
        if :: won -> post(RELEASE, m, REGION) :: else fi;
#endif
        if
        :: stage[m] == SWITCHED ->
#ifndef RETIRED_EARLY
            unreleased == 0;
#endif
            d_step { do :: n < NODES -> if :: isTarget(n) -> closed[n] = closed[n] | (bit(m) - 1) :: else fi; n++ :: else -> n = 0; break od };
            unreleased == 0
        :: stage[m] == CANCELLED ->
            d_step { do :: n < NODES -> if :: isTarget(n) -> closed[n] = closed[n] | bit(m) :: else fi; n++ :: else -> n = 0; break od };
            cancelPosted
        fi;
        m++
    :: else -> over = true; break
    od
}

/* The deadline, a person, or the end of the flow: cancels at some moment, unless that comes too late. */
proctype canceller() {
    byte m = 1, n;
    do
    :: m <= UPDATES ->
        if
#ifdef NO_CAS
        :: update == m && stage[m] == TRAVELLING ->
            d_step {
#else
        :: d_step { update == m && stage[m] == TRAVELLING ->
#endif
                stage[m] = CANCELLED;
                n = 0;
                do
#ifndef CANCEL_DROPPED
                :: n < NODES && inRegion(n) -> orders[n]!RELEASE,m; n++
#else
                :: n < NODES && inRegion(n) -> n++
#endif
                :: n < NODES && !inRegion(n) -> n++
                :: n >= NODES -> n = 0; break
                od;
                cancelPosted = true
            }
        :: update == m && stage[m] == SWITCHED
        fi;
        m++
    :: else -> break
    od
}

init {
    byte n;
    d_step {
        do
        :: n < 2 * NODES ->
            ins[n] = NONE; outs[n] = NONE;
#ifdef STRUCTURAL
            nextIns[n] = NONE; nextOuts[n] = NONE;
#endif
            n++
        :: else -> n = 0; break
        od;
        GRAPH
    };
    atomic {
        do :: n < NODES -> run node(n); n++ :: else -> n = 0; break od;
        run coordinator();
#ifdef CANCEL
        run canceller()
#endif

    }
}

/* ---- what must happen ---- */

ltl every_update_ends { <> over }

#ifdef BYSTANDER
ltl I9_outside_nothing_stops { <> (arrived == REQUESTS - 1) }
#endif
