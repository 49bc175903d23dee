package dev.tocsin.stress;

/** How far a stimulus may go on a server's connection slots. */
final class SlotBound {
    private SlotBound() {}

    /** The slots that may be taken in all: the larger of the server's own reserve and the scenario's stays free. */
    static int usable(Server.Limits limits, int reserve) {
        return limits.maxConnections() - Math.max(limits.reserved(), reserve);
    }

    static String refusal(String asked, int wanted, Server.Limits limits, int usable) {
        return "%s needs %d of %d connections, but %d must stay free, so at most %d may be taken"
                .formatted(asked, wanted, limits.maxConnections(), limits.maxConnections() - usable, usable);
    }
}
