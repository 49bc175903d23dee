package dev.tocsin.stress;

/** How far a stimulus may go on a server's connection slots: the larger of the two reserves always stays free. */
final class SlotBound {
    private SlotBound() {}

    static void check(String asked, int wanted, Server.Limits limits, int reserve) throws StressException {
        var free = Math.max(limits.reserved(), reserve);
        var usable = limits.maxConnections() - free;
        if (wanted > usable) {
            throw new StressException("%s needs %d of %d connections, but %d must stay free, so at most %d may be taken"
                    .formatted(asked, wanted, limits.maxConnections(), free, usable));
        }
    }
}
