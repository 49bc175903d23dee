package dev.tocsin.lab;

import java.util.List;

/**
 * One way to break the chain.
 *
 * @param link the link that must be named; empty where a pass is right
 * @param verdicts the verdicts that are right
 */
record Sabotage(String name, String link, List<String> verdicts, SetUp setUp, Act before, Act during) {
    /** Changes what the chain is made from. */
    interface SetUp {
        void change(Bed.Setup setup) throws Exception;
    }

    /** Does something to the running chain. */
    interface Act {
        void on(Bed bed) throws Exception;
    }

    /** A chain that is set up broken. */
    static Sabotage built(String name, String link, SetUp setUp) {
        return new Sabotage(name, link, List.of("FAILED", "INCONCLUSIVE"), setUp, _ -> {}, _ -> {});
    }

    /** A chain that is broken when it runs, before the run begins. */
    static Sabotage before(String name, String link, Act act) {
        return new Sabotage(name, link, List.of("FAILED", "INCONCLUSIVE"), _ -> {}, act, _ -> {});
    }

    /** A chain that is broken once the stimulus has begun. */
    static Sabotage during(String name, String link, Act act) {
        return new Sabotage(name, link, List.of("FAILED", "INCONCLUSIVE"), _ -> {}, _ -> {}, act);
    }

    /** This, with something done while it runs. */
    Sabotage then(Act act) {
        return new Sabotage(name, link, verdicts, setUp, before, act);
    }

    /** This, with another set-up. */
    Sabotage with(SetUp other) {
        return new Sabotage(name, link, verdicts, other, before, during);
    }

    /** This, with another verdict that is right. */
    Sabotage ends(String verdict) {
        return new Sabotage(name, link, List.of(verdict), setUp, before, during);
    }

    /** A chain that is odd and yet rings as it should, however long that takes. */
    Sabotage rings() {
        return new Sabotage(
                name,
                "",
                List.of("PASSED"),
                setup -> {
                    setUp.change(setup);
                    setup.unhurried();
                },
                before,
                during);
    }

    @Override
    public String toString() {
        return name;
    }
}
