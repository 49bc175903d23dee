package dev.tocsin.stress;

/** How far a stimulus may go on a server's connection slots: the larger of the two reserves always stays free. */
final class SlotBound {
    private static final String TAKEN = "SELECT sum(numbackends)::bigint FROM pg_stat_database";

    /** As the default of those stimuli that have one. */
    private static final int RESERVE = 3;

    private SlotBound() {}

    /** For sessions beside those that are there already. */
    static void beside(Workplace place, int sessions, int reserve) throws StressException {
        var others = Math.toIntExact(place.control().number(TAKEN));
        check(sessions + " sessions beside " + others + " others", others + sessions, place.limits(), reserve);
    }

    /** The same, where the scenario says nothing of a reserve. */
    static void beside(Workplace place, int sessions) throws StressException {
        beside(place, sessions, RESERVE);
    }

    static void check(String asked, int wanted, Server.Limits limits, int reserve) throws StressException {
        var free = Math.max(limits.reserved(), reserve);
        var usable = limits.maxConnections() - free;
        if (wanted > usable) {
            throw new StressException("%s needs %d of %d connections, but %d must stay free, so at most %d may be taken"
                    .formatted(asked, wanted, limits.maxConnections(), free, usable));
        }
    }
}
