package dev.tocsin.evidence;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Survey;
import dev.tocsin.domain.ledger.WriterLedger;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.verdict.Unproved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the ledger of a run holds.
 *
 * @param commits absent when the ledger was not read back
 * @param settings those behind the promise, one line each, with what roles and databases set
 * @param standbys those that streamed from the server when it was read back; absent when that was not asked
 * @param notProved what a pass does not say
 */
public record DurabilityDocument(
        String schema,
        int writers,
        int rowsEach,
        long acknowledged,
        long rejected,
        long connectionsRefused,
        Optional<Commits> commits,
        Optional<RecoveryPoint> recoveryPoint,
        List<Outage> outages,
        double longestGapSeconds,
        List<Server> servers,
        List<String> settings,
        Optional<List<String>> standbys,
        List<String> notProved) {

    /** What became of the commits, and the first of what is wrong by name. */
    public record Commits(
            long survived,
            long lost,
            long resolvedIndeterminate,
            long vanishedIndeterminate,
            long phantom,
            long torn,
            long altered,
            long duplicated,
            long strangers,
            long reordered,
            List<String> lostFirst) {}

    /** How far back the loss reaches. */
    public record RecoveryPoint(Instant earliestLost, double seconds, Optional<Long> walBytes) {}

    /** A time in which no write was acknowledged. */
    public record Outage(Instant from, Instant until, double seconds) {}

    /** A server as it was seen. */
    public record Server(Instant at, Note.ServerSeen seen) {}

    static Optional<DurabilityDocument> of(RunState run) {
        var ledger = run.ledger();
        var survey = ledger.readings().reversed().stream()
                .filter(read -> read.scan().equals("seq"))
                .findFirst()
                .map(read -> Survey.of(ledger, read));
        return ledger.opened()
                .map(opened -> new DurabilityDocument(
                        opened.schema(),
                        opened.writers(),
                        opened.rows(),
                        ledger.acknowledged(),
                        Survey.count(ledger.writers().stream()
                                .map(WriterLedger::rejected)
                                .toList()),
                        ledger.connectionsRefused(),
                        survey.map(DurabilityDocument::commits),
                        survey.flatMap(known -> ledger.losses(known.lost())).map(DurabilityDocument::recoveryPoint),
                        ledger.outages().stream()
                                .map(outage -> new Outage(outage.from(), outage.until(), seconds(outage.time())))
                                .toList(),
                        ledger.longestGap().map(gap -> seconds(gap.time())).orElse(0.0),
                        ledger.servers().stream()
                                .map(seen -> new Server(seen.at(), seen.server()))
                                .toList(),
                        ledger.settings().map(DurabilityDocument::settings).orElse(List.of()),
                        ledger.standbys().map(Note.StandbysSeen::standbys),
                        Unproved.lines(run)));
    }

    private static Commits commits(Survey survey) {
        return new Commits(
                survey.survived(),
                Survey.count(survey.lost()),
                survey.resolved(),
                survey.vanished(),
                Survey.count(survey.phantom()),
                Survey.count(survey.torn()),
                survey.altered().count(),
                survey.duplicated().count(),
                survey.strangers().count(),
                Survey.count(survey.reordered()),
                Survey.listed(survey.lost()).first());
    }

    private static RecoveryPoint recoveryPoint(Ledger.Losses losses) {
        return new RecoveryPoint(losses.earliest(), seconds(losses.time()), losses.walBytes());
    }

    private static List<String> settings(Note.SettingsSeen seen) {
        return java.util.stream.Stream.of(
                        seen.settings().stream().map(Note.Setting::toString),
                        seen.overrides().stream(),
                        seen.volumes().stream())
                .flatMap(lines -> lines)
                .toList();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
