package neurath.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import neurath.simulation.Kind.Role;
import neurath.simulation.Sketch.Link;

/** One way to change a graph, at a place that chance takes. */
enum Change {
    /** A node gets another version. */
    REPLACE {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.change(any(sketch.places(), random), place -> place.withVersion(1 + (place.version() + random.nextInt(3)) % 4));
        }
    },
    /** A node comes into an arc. */
    INSERT {
        @Override
        void make(Sketch sketch, Random random) {
            into(any(sketch.links(), random), sketch.add(kind(Role.BOX, random)), sketch);
        }
    },
    /** A node goes, and what led to it leads past it. */
    DELETE {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> inner = sketch.places().stream()
                    .filter(place -> !place.is(Role.SOURCE) && !place.is(Role.ROUTER) && !place.is(Role.SINK))
                    .toList();
            if (!inner.isEmpty()) {
                bypass(any(inner, random), sketch);
            }
        }
    },
    /** An arc comes between nodes that are there. */
    CONNECT {
        @Override
        void make(Sketch sketch, Random random) {
            Place from = any(sketch.places(), random);
            Place to = any(sketch.places(), random);
            if (!from.is(Role.SINK) && !to.is(Role.SOURCE) && !sketch.leads(to.id(), from.id())) {
                sketch.link(from.id(), to.id());
            }
        }
    },
    /** An arc goes. */
    CUT {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.unlink(any(sketch.links(), random));
        }
    },
    /** A way around a node or an arc comes. */
    BRANCH {
        @Override
        void make(Sketch sketch, Random random) {
            Link link = any(sketch.links(), random);
            Place way = sketch.add(kind(Role.BOX, random));
            sketch.link(link.from(), way.id());
            sketch.link(way.id(), link.to());
        }
    },
    /** A fork, two branches and a join come into an arc. */
    FORK {
        @Override
        void make(Sketch sketch, Random random) {
            Place fork = sketch.add(kind(Role.BOX, random));
            Place join = sketch.add(kind(Role.JOINER, random));
            branches(sketch, random, fork, join);
        }
    },
    /** A conditional branch comes into an arc. */
    ROUTE {
        @Override
        void make(Sketch sketch, Random random) {
            Place router = sketch.add(kind(Role.ROUTER, random));
            Place merge = sketch.add(kind(Role.BOX, random));
            branches(sketch, random, router, merge);
        }
    },
    /** A node gets another name. */
    RENAME {
        @Override
        void make(Sketch sketch, Random random) {
            Place place = any(sketch.places(), random);
            sketch.change(place, renamed -> renamed.named(renamed.name() + 'x'));
        }
    },
    /** A node gets another operator. */
    RETYPE {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.change(any(sketch.places(), random), place -> {
                Kind other = kind(place.kind().role, random);
                boolean loses = place.kind().stateful && !other.stateful;
                return place.with(other).beginsAnew(place.fresh() || loses && random.nextInt(4) > 0);
            });
        }
    },
    /** A node gets other parameters. */
    REMARK {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.change(any(sketch.places(), random), place -> place.withMark(place.mark() + 1));
        }
    },
    /** A node gets another version, and its state begins anew. */
    RESET {
        @Override
        void make(Sketch sketch, Random random) {
            Place place = any(sketch.places(), random);
            if (!place.is(Role.SOURCE)) {
                sketch.change(place, reset -> reset.withVersion(1 + reset.version() % 4).beginsAnew(true));
            }
        }
    },
    /** A router gets or loses an element, or one that leads elsewhere. */
    REINDEX {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> routers = sketch.places(Role.ROUTER);
            if (routers.isEmpty()) {
                return;
            }
            Place router = any(routers, random);
            Link link = any(sketch.from(router.id()), random);
            switch (random.nextInt(3)) {
                case 0 -> {
                    sketch.unlink(link);
                    sketch.link(new Link(link.from(), link.element() + 3, link.to()));
                }
                case 1 -> sketch.unlink(link);
                default -> {
                    Place way = sketch.add(kind(Role.BOX, random));
                    sketch.link(router.id(), way.id());
                    sketch.link(way.id(), link.to());
                }
            }
        }
    },
    /** A source comes. */
    ADD_SOURCE {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> takers = sketch.places().stream().filter(place -> !place.is(Role.SOURCE)).toList();
            Place taker = any(takers, random);
            Place source = sketch.add(kind(Role.SOURCE, random));
            sketch.link(source.id(), taker.id());
            if (random.nextInt(3) == 0) {
                sketch.link(source.id(), any(takers, random).id());
            }
        }
    },
    /** A source goes, with what nothing else feeds. */
    REMOVE_SOURCE {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.remove(any(sketch.places(Role.SOURCE), random));
        }
    },
    /** A sink comes. */
    ADD_SINK {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> givers = sketch.places().stream().filter(place -> !place.is(Role.SINK)).toList();
            Place giver = any(givers, random);
            sketch.link(giver.id(), sketch.add(kind(Role.SINK, random)).id());
        }
    },
    /** A sink goes, with what leads nowhere else. */
    REMOVE_SINK {
        @Override
        void make(Sketch sketch, Random random) {
            sketch.remove(any(sketch.places(Role.SINK), random));
        }
    },
    /** Nodes come together in one section, one that is there or a new one: neighbours, or any. */
    FUSE {
        @Override
        void make(Sketch sketch, Random random) {
            Place first = any(sketch.places(), random);
            int section = first.section() == 0 ? 1 + first.id() : first.section();
            sketch.change(first, place -> place.inSection(section));
            for (int more = 1 + random.nextInt(3); more > 0; more--) {
                List<Place> mates = sketch.places().stream().filter(place -> place.section() == section).toList();
                List<Link> from = sketch.from(any(mates, random).id());
                Place next = from.isEmpty() || random.nextInt(4) == 0
                        ? any(sketch.places(), random)
                        : sketch.place(any(from, random).to());
                sketch.change(next, place -> place.inSection(section));
            }
        }
    },
    /** Nodes of a section go to another, or to sections of their own. */
    SPLIT {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> fused = sketch.places().stream().filter(place -> place.section() != 0).toList();
            if (fused.isEmpty()) {
                FUSE.make(sketch, random);
                return;
            }
            int section = any(fused, random).section();
            boolean together = random.nextInt(3) == 0;
            for (Place mate : fused) {
                if (mate.section() == section && random.nextBoolean()) {
                    sketch.change(mate, place -> place.inSection(together ? section + 100 : 0));
                }
            }
        }
    },
    /** A node that counts by a key comes into an arc. */
    COUNT {
        @Override
        void make(Sketch sketch, Random random) {
            Link link = any(sketch.links(), random);
            Place counter = sketch.add(kind(Role.COUNTER, random));
            into(link, counter, sketch);
            sketch.change(counter, place -> place.shared(1 + random.nextInt(3), any(List.of(Key.values()), random)));
        }
    },
    /** A node gets another number of replicas, or another key by which they share its pieces. */
    SCALE {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> takers = sketch.places().stream().filter(place -> !place.is(Role.SOURCE)).toList();
            List<Place> shared = takers.stream().filter(place -> place.replicas() > 1 || place.is(Role.COUNTER)).toList();
            Place place = any(shared.isEmpty() || random.nextInt(3) == 0 ? takers : shared, random);
            Key key = random.nextInt(4) == 0 ? place.key().other() : place.key();
            int replicas = key != place.key() && random.nextBoolean()
                    ? place.replicas()
                    : 1 + (place.replicas() + random.nextInt(3)) % 4;
            boolean loses = place.kind().stateful || place.is(Role.COUNTER) && (key != place.key() || random.nextInt(8) == 0);
            sketch.change(place, scaled -> scaled.shared(replicas, key).beginsAnew(scaled.fresh() || loses));
        }
    },
    /** A gate comes into an arc, and sends pieces round again by way of a node before it. */
    LOOP {
        @Override
        void make(Sketch sketch, Random random) {
            Link link = any(sketch.links(), random);
            List<Place> before = sketch.places().stream()
                    .filter(place -> !place.is(Role.SOURCE) && sketch.leads(place.id(), link.from()))
                    .toList();
            Place gate = sketch.add(kind(Role.GATE, random));
            into(link, gate, sketch);
            Place head = before.isEmpty() || random.nextInt(5) == 0 ? gate : any(before, random);
            sketch.link(new Link(gate.id(), Link.AGAIN, head.id()));
        }
    },
    /** A gate goes, or sends pieces round no more. */
    UNLOOP {
        @Override
        void make(Sketch sketch, Random random) {
            List<Place> gates = sketch.places(Role.GATE);
            if (gates.isEmpty()) {
                LOOP.make(sketch, random);
                return;
            }
            Place gate = any(gates, random);
            if (random.nextBoolean()) {
                sketch.from(gate.id()).stream().filter(Link::leadsBack).forEach(sketch::unlink);
            } else {
                bypass(gate, sketch);
            }
        }
    };

    /** Those of replicas. */
    static final List<Change> OF_REPLICAS = List.of(COUNT, SCALE, SCALE, SCALE);
    /** Those of loops. */
    static final List<Change> OF_LOOPS = List.of(LOOP, UNLOOP);
    /** The others that change what is executed, and not only where. */
    static final List<Change> OF_STRUCTURE = Arrays.stream(values()).filter(change -> change.compareTo(FUSE) < 0).toList();

    abstract void make(Sketch sketch, Random random);

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static Kind kind(Role role, Random random) {
        return any(Kind.of(role), random);
    }

    private static void into(Link link, Place place, Sketch sketch) {
        sketch.unlink(link);
        sketch.link(new Link(link.from(), link.element(), place.id()));
        sketch.link(place.id(), link.to());
    }

    /** What led to a node leads past it. */
    private static void bypass(Place gone, Sketch sketch) {
        List<Link> from = sketch.from(gone.id()).stream().filter(link -> !link.leadsBack()).toList();
        List<Link> to = sketch.to(gone.id()).stream().filter(link -> link.from() != gone.id()).toList();
        sketch.remove(gone);
        to.forEach(before -> from.forEach(after -> sketch.link(new Link(before.from(), before.element(), after.to()))));
    }

    /** Two branches of unequal length between two new nodes, in an arc. */
    private static void branches(Sketch sketch, Random random, Place first, Place last) {
        Link link = any(sketch.links(), random);
        sketch.unlink(link);
        sketch.link(new Link(link.from(), link.element(), first.id()));
        Place left = sketch.add(kind(Role.BOX, random));
        sketch.link(first.id(), left.id());
        if (random.nextBoolean()) {
            Place further = sketch.add(kind(Role.BOX, random));
            sketch.link(left.id(), further.id());
            left = further;
        }
        Place right = sketch.add(kind(Role.BOX, random));
        sketch.link(left.id(), last.id());
        sketch.link(first.id(), right.id());
        sketch.link(right.id(), last.id());
        sketch.link(last.id(), link.to());
    }
}
