package dev.tocsin.domain.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may change in a table that was there before, and by how much recovery alone moves a sequence. */
final class DatasetJudgementTest {
    private static final String BEFORE =
            "0 noted {kind: datasetSeen, moment: before, table: public.orders, scans: [{by: seq, rows: 500,"
                    + " hash: \"1\"}, {by: orders_pkey, rows: 500, hash: \"1\"}], columns: [id integer], constraints: [pk],"
                    + " indexes: [orders_pkey], sequences: [{name: orders_id_seq, last: 500, called: true, increment: 1}]}\n";

    private static LedgerFacts orders(String allow, String after) {
        return LedgerFacts.kept()
                .expecting(
                        "recoversWithin: 30s",
                        "recoversWithin: 30s, datasets: [{ table: public.orders, allow: [" + allow + "] }]")
                .but("0 baseline nothing\n", "0 baseline nothing\n" + BEFORE)
                .but("13 noted {kind: ledgerDropped", after + "13 noted {kind: ledgerDropped");
    }

    private static String outcome(String allow, String here, String instead) throws Exception {
        var after = BEFORE.replace("0 noted", "12 noted").replace("before", "after");
        assertThat(after).contains(here);
        return orders(allow, after.replace(here, instead)).outcome("dataset");
    }

    @ParameterizedTest
    @CsvSource({
        "'',                      500, 1, PASSED Unchanged",
        "'',                      501, 2, FAILED RowsAdded",
        "'',                      499, 2, FAILED RowsLost",
        "'',                      500, 2, FAILED RowsChanged",
        "'',                      499, 1, FAILED RowsLost",
        "'',                      501, 1, FAILED RowsAdded",
        "rowsAdded,               501, 2, PASSED Unchanged",
        "rowsAdded,               499, 2, FAILED RowsLost",
        "rowsAdded,               500, 2, FAILED RowsChanged",
        "rowsRemoved,             499, 2, PASSED Unchanged",
        "rowsRemoved,             501, 2, FAILED RowsAdded",
        "rowsRemoved,             500, 2, FAILED RowsChanged",
        "rowsChanged,             500, 2, PASSED Unchanged",
        "rowsChanged,             501, 2, FAILED RowsAdded",
        "'rowsAdded, rowsRemoved', 500, 2, PASSED Unchanged",
    })
    void rowsMayChangeAsTheyAreAllowedTo(String allow, int rows, int hash, String outcome) throws Exception {
        assertThat(outcome(allow, "rows: 500, hash: \"1\"", "rows: " + rows + ", hash: \"" + hash + "\""))
                .isEqualTo(outcome);
    }

    /** PostgreSQL logs 32 numbers ahead, and may stand one after the last of them. */
    @ParameterizedTest
    @CsvSource({
        "'',        499, true,  FAILED SequenceWentBack",
        "'',        500, true,  PASSED Unchanged",
        "'',        500, false, FAILED SequenceWentBack",
        "'',        533, true,  PASSED Unchanged",
        "'',        534, true,  FAILED SequenceMoved",
        "sequences, 534, true,  PASSED Unchanged",
        "sequences, 1,   false, PASSED Unchanged",
    })
    void aSequenceMayMoveOnByWhatIsLoggedAhead(String allow, long last, boolean called, String outcome)
            throws Exception {
        assertThat(outcome(allow, "last: 500, called: true", "last: " + last + ", called: " + called))
                .isEqualTo(outcome);
    }

    /** One that counts down by fives went back when it stands higher. */
    @ParameterizedTest
    @CsvSource({
        "505, FAILED SequenceWentBack",
        "500, PASSED Unchanged",
        "335, PASSED Unchanged",
        "330, FAILED SequenceMoved",
    })
    void aSequenceMayCountDown(long last, String outcome) throws Exception {
        var down = BEFORE.replace("increment: 1", "increment: -5");
        var facts = orders(
                        "",
                        down.replace("0 noted", "12 noted")
                                .replace("before", "after")
                                .replace("last: 500", "last: " + last))
                .but(BEFORE, down);

        assertThat(facts.outcome("dataset")).isEqualTo(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "'',      [id integer],   [id bigint],       FAILED SchemaChanged",
        "'',      [pk],           '[]',              FAILED SchemaChanged",
        "'',      [orders_pkey],  '[orders_pkey, x]', FAILED IndexesChanged",
        "'',      [orders_pkey],  '[]',              FAILED IndexesChanged",
        "indexes, [orders_pkey],  '[]',              PASSED Unchanged",
        "indexes, [id integer],   [id bigint],       FAILED SchemaChanged",
        "'',      'name: orders_id_seq', 'name: another', FAILED SequenceGone",
    })
    void itsShapeMustStay(String allow, String here, String instead, String outcome) throws Exception {
        assertThat(outcome(allow, here, instead)).isEqualTo(outcome);
    }

    @Test
    void withoutALookBeforeAndAfterNothingIsShown() throws Exception {
        assertThat(orders("", "").outcome("dataset")).isEqualTo("INCONCLUSIVE NotReadBack");
        assertThat(orders("", "").but(BEFORE, "").outcome("dataset")).isEqualTo("INCONCLUSIVE NoBaseline");
    }

    @Test
    void aTableThatIsReadInTwoWaysMustGiveTheSameRows() throws Exception {
        var after = BEFORE.replace("0 noted", "12 noted").replace("before", "after");

        assertThat(orders("", after).outcome("indexes and tables agree")).isEqualTo("PASSED Agree");
        assertThat(orders("", after.replace("orders_pkey, rows: 500", "orders_pkey, rows: 499"))
                        .outcome("indexes and tables agree"))
                .isEqualTo("FAILED IndexDisagrees");
    }
}
