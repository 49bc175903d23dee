package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

/** What is noted of a ledger of two writers whose server is killed in the fifth second and loses nothing. */
record LedgerFacts(String spec, String facts) {
    private static final String SEQ =
            "scan: seq, there: true, plan: \"\", rows: 80, writers: [{writer: 0, present: \"1-20,22-40\","
                    + " torn: \"\"}, {writer: 1, present: \"1-40\", torn: \"\"}], altered: {count: 0, first: []}, duplicated: {count: 0,"
                    + " first: []}, strangers: {count: 0, first: []}}";

    private static final String FACTS =
            """
            0 admitted
            0 baseline nothing
            0 noted {kind: ledgerOpened, schema: tocsin_x, writers: 2, rows: 2}
            0.5 noted {kind: serverSeen, moment: before, postmasterStarted: "@0", version: 180000, inRecovery: false, systemIdentifier: "7001", timeline: 1, checkpoint: 0/1, redo: 0/1, canary: SET, silent: []}
            0.5 noted {kind: commitsReserved, upTo: [100, 100]}
            1 noted {kind: commitsConcluded, writers: [{writer: 0, acknowledged: "1-20", rejected: [], indeterminate: []}, {writer: 1, acknowledged: "1-20", rejected: [], indeterminate: []}], firstAcknowledged: "@0.6", lastAcknowledged: "@1", longestGap: 10ms, outages: [], refused: 0, wal: 1000}
            5 kill starting
            9 noted {kind: serverSeen, moment: restarted, postmasterStarted: "@8", version: 180000, inRecovery: false, systemIdentifier: "7001", timeline: 1, checkpoint: 0/1, redo: 0/1, canary: DEAD, silent: []}
            9 kill released
            10 noted {kind: commitsConcluded, writers: [{writer: 0, acknowledged: "22-40", rejected: [], indeterminate: [{numbers: "21", why: connection closed}]}, {writer: 1, acknowledged: "21-40", rejected: [], indeterminate: []}], firstAcknowledged: "@9.5", lastAcknowledged: "@10", longestGap: 10ms, outages: [{from: "@5.1", until: "@9.5"}], refused: 0, wal: 20000}
            12 noted {kind: writersStopped, sentUpTo: [40, 40]}
            12 noted {kind: ledgerRead, pass: 1, SEQ
            12 noted {kind: ledgerRead, pass: 1, INDEX
            13 noted {kind: ledgerDropped, schema: tocsin_x}
            13 ended
            """.replace("INDEX", SEQ.replace("scan: seq", "scan: index")).replace("SEQ", SEQ);

    static LedgerFacts kept() {
        return new LedgerFacts("""
                { stress: [{ name: kill, hold: 0s, podKill: { gracePeriod: 0s } }],
                  expect: { durability: { writers: 2, rows: 2, recoversWithin: 30s } } }""", FACTS);
    }

    /** These, with another text where that one stands, everywhere. */
    LedgerFacts but(String here, String instead) {
        assertThat(facts).as("the facts").contains(here);
        return new LedgerFacts(spec, facts.replace(here, instead));
    }

    LedgerFacts expecting(String here, String instead) {
        assertThat(spec).as("the scenario").contains(here);
        return new LedgerFacts(spec.replace(here, instead), facts);
    }

    Judged judged() throws Exception {
        return Judged.of(spec, facts);
    }

    String outcome(String check) throws Exception {
        return judged().outcome(check);
    }
}
