package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.Pace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Data is lost or falsified on purpose in a real PostgreSQL, and each time the run must say what and where. */
@Order(Tier.LONG)
@Execution(ExecutionMode.CONCURRENT)
final class SeededLossIT {
    private static final String LOST = "no acknowledged commit is lost";
    private static final String WHOLE = "nothing is altered, torn, duplicated or invented";
    private static final String INDEXES = "indexes and tables agree";
    private static final String ORDERS = "dataset public.orders is unchanged";

    private static final String LEDGER = "{ writers: 4, recoversWithin: 2m }";
    private static final String WITH_DATASET = "{ writers: 2, datasets: [public.orders], recoversWithin: 2m }";

    /** Long enough for the kill, what is done to the data, and the recovery, at the machine's pace. */
    private static final String HOLD = "@6s@";

    private interface Seed {
        void happens(LedgerBed bed, String schema) throws Exception;
    }

    private static JsonNode run(String durability, Map<String, String> settings, Seed seed) throws Exception {
        try (var bed = new LedgerBed(settings)) {
            bed.superuser(
                    "CREATE TABLE public.orders (id serial PRIMARY KEY, what text, at timestamptz)",
                    "INSERT INTO public.orders (what, at) SELECT 'order ' || i, now() FROM generate_series(1, 500) AS i",
                    "GRANT SELECT ON public.orders, public.orders_id_seq TO " + PostgresServer.STRESS_ROLE);
            var run = bed.begin(Pace.now().filled(HOLD), durability);
            bed.awaitStress(run);
            seed.happens(bed, LedgerBed.schema(run));
            return bed.verdict(run);
        }
    }

    private static JsonNode tampered(String durability, String... statements) throws Exception {
        return run(
                durability,
                Map.of(),
                (bed, schema) -> bed.outage(() -> {
                    var filled = new String[statements.length];
                    for (var i = 0; i < statements.length; i++) {
                        filled[i] = statements[i].replace("LEDGER", schema + ".commits");
                    }
                    bed.single(filled);
                }));
    }

    private static JsonNode check(JsonNode verdict, String name) {
        return StreamSupport.stream(verdict.path("checks").spliterator(), false)
                .filter(check -> check.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + verdict));
    }

    private static void failed(JsonNode verdict, String name, String reason, String named) {
        var check = check(verdict, name);
        assertThat(check.path("result").asString()).as(verdict.toPrettyString()).isEqualTo("failed");
        assertThat(check.path("reason").asString()).isEqualTo(reason);
        assertThat(check.toString()).contains(named);
        assertThat(verdict.path("verdict").asString()).isEqualTo("FAILED");
    }

    private static void passed(JsonNode verdict, String... names) {
        for (var name : names) {
            assertThat(check(verdict, name).path("result").asString())
                    .as(verdict.toPrettyString())
                    .isEqualTo("passed");
        }
    }

    @Test
    void aCommitThatIsDeletedWhileTheServerIsDownIsLost() throws Exception {
        var verdict = tampered(LEDGER, "DELETE FROM LEDGER WHERE writer = 1 AND n = 7;");

        failed(verdict, LOST, "Lost", "writer 1 commit 7");
        assertThat(check(verdict, LOST).toString()).contains("1 acknowledged commits are gone", "later commits");
        passed(verdict, WHOLE, INDEXES);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void oneDeletedRowOfACommitIsTorn() throws Exception {
        var verdict = tampered(LEDGER, "DELETE FROM LEDGER WHERE writer = 2 AND n = 9 AND part = 1;");

        failed(verdict, WHOLE, "Torn", "writer 2 commit 9");
        passed(verdict, LOST, INDEXES);
    }

    @Test
    void oneAlteredRowIsNamed() throws Exception {
        var verdict = tampered(
                LEDGER,
                "UPDATE LEDGER SET payload = overlay(payload placing 'x' from 5) WHERE writer = 0 AND n = 3 AND part = 0;");

        failed(verdict, WHOLE, "Altered", "writer 0 commit 3 row 0");
        passed(verdict, LOST, INDEXES);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void aRowThatNobodySentIsAPhantom() throws Exception {
        var verdict = tampered(
                LEDGER,
                "INSERT INTO LEDGER SELECT writer, 90000000, part, payload FROM LEDGER WHERE writer = 3 AND n = 1;");

        failed(verdict, WHOLE, "Phantom", "writer 3 commit 90000000");
        passed(verdict, LOST, INDEXES);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void aRowThatIsThereTwiceIsNamed() throws Exception {
        var verdict =
                tampered(LEDGER, "INSERT INTO LEDGER SELECT * FROM LEDGER WHERE writer = 3 AND n = 2 AND part = 1;");

        failed(verdict, WHOLE, "Duplicated", "writer 3 commit 2 row 1");
        passed(verdict, LOST, INDEXES);
    }

    /** Nothing is done to the data: what is lost is what the settings allow to be lost. The verdict is the same. */
    @Test
    void whatAsynchronousCommitLosesIsLost() throws Exception {
        var settings = Map.of("fsync", "off", "synchronous_commit", "off", "wal_writer_delay", "10s");
        for (var attempt = 1; ; attempt++) {
            var verdict = run(LEDGER, settings, (bed, _) -> bed.outage(() -> {}));
            if (check(verdict, LOST).path("result").asString().equals("failed") || attempt == 5) {
                failed(verdict, LOST, "Lost", "before the next outage");
                assertThat(verdict.path("warnings").toString())
                        .contains("fsync = off", "synchronous_commit = off", "may be lost by any crash");
                assertThat(verdict.path("durability")
                                .path("recoveryPoint")
                                .path("seconds")
                                .asDouble())
                        .as("PostgreSQL itself promises three times wal_writer_delay at most")
                        .isBetween(0.0, 30.0);
                passed(verdict, WHOLE, INDEXES);
                return;
            }
        }
    }

    @Test
    void anOlderCopyOfTheDataDirectoryLosesWhatCameAfterIt() throws Exception {
        var verdict = run(LEDGER, Map.of(), (bed, schema) -> {
            var copies = new Path[1];
            bed.outage(() -> copies[0] = bed.copy());
            bed.awaitCommits(schema);
            bed.outage(() -> bed.restore(copies[0]));
        });

        failed(verdict, LOST, "Lost", "commits are gone");
        assertThat(verdict.path("durability")
                        .path("recoveryPoint")
                        .path("walBytes")
                        .asLong())
                .isPositive();
        passed(verdict, WHOLE, INDEXES);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void anotherServerProvesNothing() throws Exception {
        // It does not recover, whenever that is given up; the sooner the better.
        var verdict = run("{ writers: 4, recoversWithin: 5s }", Map.of(), (bed, _) -> bed.replace());

        assertThat(verdict.path("verdict").asString())
                .as(verdict.toPrettyString())
                .isEqualTo("INCONCLUSIVE");
        assertThat(check(verdict, LOST).path("reason").asString()).isEqualTo("OtherServer");
        assertThat(check(verdict, LOST).toString()).contains("system identifier");
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void rowsWithoutAnEntryInTheIndexAreNamed() throws Exception {
        var verdict = run(LEDGER, Map.of(), (bed, schema) -> {
            var index = "WHERE indexrelid = '" + schema + ".commits_by_number'::regclass";
            bed.superuser("UPDATE pg_index SET indisready = false, indisvalid = false " + index);
            bed.awaitCommits(schema);
            bed.superuser("UPDATE pg_index SET indisready = true, indisvalid = true " + index);
            bed.outage(() -> {});
        });

        failed(verdict, INDEXES, "IndexDisagrees", "has no entry in the index");
        passed(verdict, LOST, WHOLE);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void anIndexThatDoesNotFitADatasetIsNamed() throws Exception {
        var verdict = run(
                "{ writers: 2, datasets: [{ table: public.orders, allow: [rowsAdded, sequences] }] }",
                Map.of(),
                (bed, _) -> {
                    var index = "WHERE indexrelid = 'public.orders_pkey'::regclass";
                    bed.superuser(
                            "UPDATE pg_index SET indisready = false, indisvalid = false " + index,
                            "INSERT INTO public.orders (what) VALUES ('without an entry')",
                            "UPDATE pg_index SET indisready = true, indisvalid = true " + index);
                });

        failed(verdict, INDEXES, "IndexDisagrees", "501 rows by table, 500 by index orders_pkey");
        passed(verdict, LOST, WHOLE, ORDERS);
    }

    private static void withAmcheck(LedgerBed bed) throws Exception {
        bed.superuser(
                "CREATE EXTENSION amcheck",
                "GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean) TO " + PostgresServer.STRESS_ROLE);
    }

    /** Both readings of the table are alike, for the entry still leads to its row; only its place in the order is wrong. */
    @Test
    void aDamagedPageOfAnIndexIsFoundByAmcheckAlone() throws Exception {
        var verdict = run(WITH_DATASET, Map.of(), (bed, _) -> {
            withAmcheck(bed);
            var index = bed.file("public.orders_pkey");
            bed.outage(() -> {
                bed.single("SELECT 1;"); // recovery and a checkpoint, so that no log restores the page
                setKeyOfAnEntry(index, 100, 1);
            });
        });

        failed(verdict, INDEXES, "IndexDisagrees", "index orders_pkey: ");
        assertThat(check(verdict, INDEXES).toString()).contains("invariant violated");
        passed(verdict, LOST, WHOLE, ORDERS);
    }

    @Tag(Tier.CAMPAIGN)
    @Test
    void wholeIndexesAreCountedByAmcheck() throws Exception {
        var verdict = run(WITH_DATASET, Map.of(), (bed, _) -> {
            withAmcheck(bed);
            bed.outage(() -> {});
        });

        passed(verdict, LOST, WHOLE, INDEXES, ORDERS);
        assertThat(check(verdict, INDEXES).toString()).contains("amcheck finds 2 indexes whole");
    }

    /** In the first leaf page of a B-tree of integers; the server is down. */
    private static void setKeyOfAnEntry(Path index, int entry, int key) throws Exception {
        var pages = ByteBuffer.wrap(Files.readAllBytes(index)).order(ByteOrder.nativeOrder());
        var page = 8192; // the one before holds only where the root is
        var pointer = pages.getInt(page + 24 + 4 * entry);
        pages.putInt(page + (pointer & 0x7fff) + 8, key);
        Files.write(index, pages.array());
    }

    static Stream<String> datasets() {
        var changes = Stream.of(
                "SequenceWentBack: ALTER SEQUENCE public.orders_id_seq RESTART WITH 1;",
                "RowsLost: DELETE FROM public.orders WHERE id = 77;",
                "RowsChanged: UPDATE public.orders SET what = 'another' WHERE id = 78;",
                "RowsAdded: INSERT INTO public.orders (id, what) VALUES (1000, 'new');",
                "SchemaChanged: ALTER TABLE public.orders ALTER COLUMN what SET NOT NULL;",
                "IndexesChanged: CREATE INDEX orders_what ON public.orders (what);",
                "Gone: DROP TABLE public.orders;");
        return Tier.oneOfEach(changes, _ -> "a dataset");
    }

    @ParameterizedTest
    @MethodSource("datasets")
    void aDatasetThatIsNotAsBeforeIsNamed(String seed) throws Exception {
        var parts = seed.split(": ", 2);
        var verdict = tampered(WITH_DATASET, parts[1]);

        failed(verdict, ORDERS, parts[0], "orders");
        passed(verdict, LOST, WHOLE);
    }

    /** The server is up and answers, and no commit returns: it waits for a standby that is not there. */
    @Test
    void commitsThatHangWhileTheServerAnswersAreNamed() throws Exception {
        var verdict = run("{ writers: 4, recoversWithin: 3s }", Map.of(), (bed, _) -> {
            bed.superuser("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
            TimeUnit.SECONDS.sleep(7); // longer than they may take, and on a busy machine only longer still
            bed.superuser("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        });

        failed(verdict, "writes recover within 3s", "Wedged", "while the server answered others");
        assertThat(verdict.path("warnings").toString()).contains("commits in flight get no answer");
        passed(verdict, LOST, WHOLE, INDEXES);
    }

    @Test
    void aCrashThatLosesNothingRaisesNoAlarm() throws Exception {
        for (var run = 0; run < Tier.times(1, 20); run++) {
            var before = new AtomicLong();
            var verdict = run(WITH_DATASET, Map.of(), (bed, schema) -> {
                before.set(bed.commits(schema));
                bed.awaitCommits(schema); // so that those are acknowledged, too
                bed.outage(() -> {});
            });

            assertThat(verdict.path("verdict").asString())
                    .as(verdict.toPrettyString())
                    .isEqualTo("PASSED");
            passed(verdict, LOST, WHOLE, INDEXES, ORDERS);
            assertThat(verdict.path("durability").path("acknowledged").asLong())
                    .isGreaterThanOrEqualTo(before.get())
                    .isPositive();
            assertThat(verdict.path("durability").path("outages").size()).isPositive();
        }
    }
}
