package dev.tocsin.domain.verdict;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Listed;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.ledger.Survey;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.verdict.Check.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges that what was acknowledged is there, whole, and answered for in time. */
final class DurabilityJudgement {
    private final RunState run;
    private final Durability durability;
    private final Ledger ledger;

    private DurabilityJudgement(RunState run, Durability durability) {
        this.run = run;
        this.durability = durability;
        ledger = run.ledger();
    }

    static Stream<Check> checks(RunState run) {
        return run.scenario().durability().stream()
                .flatMap(durability -> new DurabilityJudgement(run, durability).checks());
    }

    private Stream<Check> checks() {
        var ledgers = Stream.of(survives(), whole(), indexesAgree(), recovers());
        var datasets =
                durability.datasets().stream().map(dataset -> new DatasetJudgement(ledger, dataset).unchanged(this));
        var kills = run.scenario().stress().stream()
                .filter(step -> step.stimulus() instanceof ClusterStimulus)
                .map(step -> new CrashJudgement(run, step).restarted(this));
        var again = run.scenario().secondRestart().stream().map(_ -> new SecondLookJudgement(run).stillThere(this));
        return Stream.of(ledgers, datasets, kills, again).flatMap(all -> all);
    }

    /** Why nothing can be said yet, or at all. */
    Optional<Check> undecided(Finding finding) {
        if (ledger.refused().isPresent()) {
            var refused = ledger.refused().get();
            return Optional.of(
                    finding.inconclusive(refused.reason(), refused.why() + "; nothing was stressed", "nothing"));
        }
        var other = otherServer();
        if (other.isPresent()) {
            return Optional.of(finding.inconclusive("OtherServer", other.get(), "another server"));
        }
        if (!ledger.readings().isEmpty()) {
            return Optional.empty();
        }
        var against = againstTarget();
        if (against.isPresent()) {
            return Optional.of(finding.inconclusive(
                    against.get().reason(), against.get().why() + "; nothing was stressed", "nothing"));
        }
        return Optional.of(
                run.ended().isPresent() || !run.broke().isEmpty()
                        ? finding.inconclusive("NotReadBack", "the ledger was not read back", "nothing")
                        : finding.open("the ledger is not read back yet", Optional.empty()));
    }

    /** With what to do about it; one check of a run tells that. */
    private Check explained(Check undecided) {
        if (ledger.refused().isPresent()) {
            return undecided.seen(
                    List.of(ledger.refused().get().why()),
                    ledger.refused().get().next());
        }
        var against = ledger.readings().isEmpty() ? againstTarget() : Optional.<Break>empty();
        if (against.isPresent()) {
            return undecided.explained(against.get());
        }
        return otherServer().isPresent()
                ? undecided.seen(
                        ledger.servers().stream()
                                .map(DurabilityJudgement::identity)
                                .toList(),
                        "find out what answers at the target's address")
                : undecided;
    }

    /** What the run was not begun for. */
    private Optional<Break> againstTarget() {
        return run.stimuli().isEmpty() && run.ended().isPresent()
                ? Preflight.againstTarget(run).stream().findFirst()
                : Optional.empty();
    }

    private Optional<String> otherServer() {
        var known = ledger.servers().stream()
                .flatMap(seen -> seen.server().systemIdentifier().stream())
                .distinct()
                .toList();
        return known.size() < 2
                ? Optional.empty()
                : Optional.of("another server answers: system identifier " + known.getLast() + " instead of "
                        + known.getFirst() + ", so its data proves nothing");
    }

    private static String identity(Ledger.Sighting seen) {
        var server = seen.server();
        return seen.at() + " " + server.moment() + ": system identifier "
                + server.systemIdentifier().orElse("unknown") + ", started " + server.postmasterStarted()
                + server.timeline().map(timeline -> ", timeline " + timeline).orElse("")
                + server.checkpoint()
                        .map(checkpoint -> ", checkpoint " + checkpoint)
                        .orElse("")
                + server.redo().map(redo -> ", redo from " + redo).orElse("");
    }

    private Survey survey() {
        return Survey.of(ledger, bySeq());
    }

    private Note.LedgerRead bySeq() {
        return reading("seq").orElse(ledger.readings().getFirst());
    }

    private Optional<Note.LedgerRead> reading(String scan) {
        return ledger.readings().reversed().stream()
                .filter(read -> read.scan().equals(scan))
                .findFirst();
    }

    private Check survives() {
        var finding = new Finding(
                "no acknowledged commit is lost",
                Family.DURABILITY,
                durability.lost() == 0 ? "0 lost" : "at most " + durability.lost() + " lost");
        var undecided = undecided(finding).map(this::explained);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        var survey = survey();
        var lost = Survey.count(survey.lost());
        var observed = "%d acknowledged, %d of them lost; ".formatted(ledger.acknowledged(), lost)
                + (ledger.abandoned() == 0
                        ? "%d got no answer, %d of these are there"
                                .formatted(survey.resolved() + survey.vanished(), survey.resolved())
                        : "%d more are there, whose answer never came or was not noted when Tocsin died"
                                .formatted(survey.resolved()));
        if (lost > durability.lost()) {
            return finding.failed("Lost", lost + " acknowledged commits are gone" + recoveryPoint(survey), observed)
                    .seen(
                            lossLines(survey),
                            "compare settings and storage with docs/durability.md before you trust it");
        }
        if (ledger.firstAcknowledged().isEmpty()) {
            return finding.inconclusive(
                    "NothingAcknowledged", "not one commit was acknowledged, so none could be lost", observed);
        }
        var first = run.stimuli().values().stream().map(StimulusTrace::starting).min(Instant::compareTo);
        if (first.isPresent() && ledger.firstAcknowledged().get().isAfter(first.get())) {
            return finding.inconclusive(
                    "NothingBefore", "not one commit was acknowledged before the stress began", observed);
        }
        return finding.passed("Survived", observed);
    }

    private Optional<String> forgiven() {
        if (ledger.readings().isEmpty() || otherServer().isPresent()) {
            return Optional.empty();
        }
        var lost = Survey.count(survey().lost());
        return lost == 0 || lost > durability.lost()
                ? Optional.empty()
                : Optional.of(lost + " acknowledged commits were lost, which the scenario allows: "
                        + Survey.listed(survey().lost()));
    }

    private String recoveryPoint(Survey survey) {
        return ledger.losses(survey.lost())
                .map(losses -> ", back to %s: %.1f s%s before the next outage"
                        .formatted(
                                losses.earliest(),
                                losses.time().toMillis() / 1000.0,
                                losses.walBytes()
                                        .map(bytes -> " and " + bytes + " bytes of WAL")
                                        .orElse("")))
                .orElse("");
    }

    private List<String> lossLines(Survey survey) {
        var lines = new ArrayList<String>();
        lines.add("lost: " + Survey.listed(survey.lost()));
        lines.add(Survey.count(survey.reordered()) + " later commits of the same writers are there, the first: "
                + survey.reordered().stream()
                        .filter(numbers -> !numbers.isEmpty())
                        .findFirst()
                        .map(numbers -> "commit " + numbers.first())
                        .orElse("none"));
        if (!bySeq().there()) {
            lines.add("the ledger's table itself is gone");
        }
        return lines;
    }

    private Check whole() {
        var finding = new Finding(
                "nothing is altered, torn, duplicated or invented",
                Family.DURABILITY,
                "every row is as it was written");
        var undecided = undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        var survey = survey();
        var wrong = new ArrayList<Wrong>();
        wrong(wrong, "Phantom", "there, but rejected or never sent", Survey.listed(survey.phantom()));
        wrong(wrong, "Stranger", "of no writer of ours", survey.strangers());
        wrong(wrong, "Altered", "altered", survey.altered());
        wrong(wrong, "Torn", "torn: only some of their rows are there", Survey.listed(survey.torn()));
        wrong(wrong, "Duplicated", "there twice", survey.duplicated());
        if (wrong.isEmpty() && bySeq().rows() == 0) {
            return nothingRead(finding);
        }
        if (wrong.isEmpty()) {
            return finding.passed("Whole", bySeq().rows() + " rows read, each as it was written");
        }
        var summary =
                wrong.stream().map(one -> one.rows().count() + " " + one.what()).collect(Collectors.joining("; "));
        return finding.failed(wrong.getFirst().reason(), summary, summary)
                .seen(
                        wrong.stream()
                                .map(one -> one.what() + ": " + one.rows())
                                .toList(),
                        "keep a copy of the data directory, then look for other writers and for the storage's faults");
    }

    private static Check nothingRead(Finding finding) {
        return finding.inconclusive("NothingRead", "the ledger has no row, so nothing was shown of one", "0 rows read");
    }

    private record Wrong(String reason, String what, Listed rows) {}

    private static void wrong(List<Wrong> all, String reason, String what, Listed rows) {
        if (!rows.none()) {
            all.add(new Wrong(reason, what, rows));
        }
    }

    private Check indexesAgree() {
        var finding =
                new Finding("indexes and tables agree", Family.DURABILITY, "every scan of a table gives the same rows");
        var undecided = undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        var lines = new ArrayList<String>();
        reading("index").ifPresent(index -> compare(bySeq(), index, lines));
        for (var dataset : durability.datasets()) {
            new DatasetJudgement(ledger, dataset).scans(lines);
        }
        ledger.indexes()
                .forEach(index -> index.damage().ifPresent(what -> lines.add("index " + index.index() + ": " + what)));
        if (!lines.isEmpty()) {
            return finding.failed("IndexDisagrees", lines.getFirst(), lines.size() + " disagreements")
                    .seen(lines, "REINDEX what is named; find out first which of the two is right");
        }
        if (bySeq().rows() == 0) {
            return nothingRead(finding);
        }
        return finding.passed(
                "Agree",
                "%d rows of the ledger read both ways%s"
                        .formatted(
                                bySeq().rows(),
                                ledger.indexes().isEmpty()
                                        ? ""
                                        : "; amcheck finds "
                                                + ledger.indexes().stream()
                                                        .map(Note.IndexChecked::index)
                                                        .distinct()
                                                        .count()
                                                + " indexes whole"));
    }

    private static void compare(Note.LedgerRead seq, Note.LedgerRead index, List<String> lines) {
        for (var table : seq.writers()) {
            for (var entries : index.writers()) {
                if (entries.writer() == table.writer()) {
                    differ("has no entry in the index", table, entries, lines);
                    differ("is in the index and not in the table", entries, table, lines);
                }
            }
        }
        if (lines.isEmpty() && (seq.rows() != index.rows() || !seq.altered().equals(index.altered()))) {
            lines.add("the ledger has %d rows by table and %d by index".formatted(seq.rows(), index.rows()));
        }
    }

    private static void differ(String what, Note.Present one, Note.Present other, List<String> lines) {
        var only = one.present().minus(other.present()).plus(other.torn().minus(one.torn()));
        if (!only.isEmpty()) {
            lines.add("writer %d commit %s %s".formatted(one.writer(), abridged(only.toString()), what));
        }
    }

    private static String abridged(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    private Check recovers() {
        var finding = new Finding(
                "writes recover within " + Durations.print(durability.recoversWithin()),
                Family.DURABILITY,
                "acknowledged again within " + Durations.print(durability.recoversWithin()));
        var undecided = undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        var observed = String.join("; ", recoveries());
        var stuck = ledger.wedges().stream().filter(this::tooLong).findFirst();
        if (stuck.isPresent()) {
            return finding.failed(
                            "Wedged",
                            "commits got no answer since " + stuck.get().since() + " while the server answered others",
                            observed)
                    .seen(
                            List.of(stuck.get().summary()),
                            "look at wait_event in pg_stat_activity: SyncRep waits for a standby that is not there");
        }
        if (ledger.troubledSince().isPresent()) {
            return finding.failed(
                            "NotRecovered",
                            "no write was acknowledged any more since "
                                    + ledger.troubledSince().get(),
                            observed)
                    .seen(refusals(), "look whether the server takes connections, and whether it is in recovery");
        }
        var longest = ledger.outages().stream()
                .map(Note.Outage::time)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        if (longest.compareTo(durability.recoversWithin()) > 0) {
            return finding.failed("TooLong", "writes were without an answer for " + seconds(longest), observed)
                    .latency(longest);
        }
        var unseen = ledger.unwatched().stream()
                .map(Note.Outage::time)
                .filter(time -> time.compareTo(durability.recoversWithin()) > 0)
                .findFirst();
        if (unseen.isPresent()) {
            return finding.inconclusive(
                    "NotWatched",
                    "Tocsin was not running for a part of " + seconds(unseen.get())
                            + " without an acknowledged write, so it is not known how long writes were really away",
                    observed);
        }
        if (ledger.writers().stream().anyMatch(writer -> writer.sentUpTo().isEmpty())) {
            return finding.inconclusive(
                    "NotWatched", "the writers did not go on to their end, so not every outage was seen", observed);
        }
        return finding.passed("Recovered", observed).latency(longest);
    }

    private boolean tooLong(Note.WritesWedged wedge) {
        var ended = ledger.wedges().stream()
                .filter(other -> other.since().equals(wedge.since()))
                .flatMap(other -> other.until().stream())
                .findFirst();
        return ended.map(until -> Duration.between(wedge.since(), until).compareTo(durability.recoversWithin()) > 0)
                .orElse(true);
    }

    private List<String> refusals() {
        return Stream.concat(
                        Stream.of(ledger.connectionsRefused() + " connections were refused"),
                        ledger.batches().newest().flatMap(Note.CommitsConcluded::refusal).stream())
                .toList();
    }

    /** How long each stimulus kept writes from being acknowledged. */
    private List<String> recoveries() {
        var lines = new ArrayList<String>();
        var steps = run.stimuli().entrySet().stream()
                .filter(step -> !step.getKey().equals(Durability.SECOND_RESTART)) // nobody writes by then
                .toList();
        for (var step : steps) {
            var from = step.getValue().starting();
            var until = steps.stream()
                    .map(other -> other.getValue().starting())
                    .filter(other -> other.isAfter(from))
                    .min(Instant::compareTo);
            var longest = ledger.outages().stream()
                    .filter(outage -> !outage.from().isBefore(from)
                            && until.filter(next -> !outage.from().isBefore(next))
                                    .isEmpty())
                    .map(Note.Outage::time)
                    .max(Duration::compareTo);
            var still = ledger.troubledSince()
                    .filter(since -> !since.isBefore(from)
                            && until.filter(next -> !since.isBefore(next)).isEmpty())
                    .isPresent();
            lines.add(step.getKey() + " "
                    + (still
                            ? "not recovered"
                            : longest.map(DurabilityJudgement::seconds)
                                    .orElse(ledger.unwatched().isEmpty() ? "no outage" : "no outage seen")));
        }
        ledger.unwatched()
                .forEach(time ->
                        lines.add("at most " + seconds(time.time()) + ", for a part of which Tocsin was not running"));
        ledger.longestGap().ifPresent(gap -> lines.add("longest gap " + seconds(gap.time())));
        return lines;
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }

    /** What weakens the promise that was tested. */
    static List<String> warnings(RunState run) {
        var ledger = run.ledger();
        var warnings = new ArrayList<String>();
        ledger.settings().ifPresent(settings -> {
            weak(settings, "fsync", "off", "a power cut loses or corrupts data").ifPresent(warnings::add);
            weak(settings, "full_page_writes", "off", "a power cut may leave half-written pages")
                    .ifPresent(warnings::add);
            weak(settings, "synchronous_commit", "off", "an acknowledged commit may be lost by any crash")
                    .ifPresent(warnings::add);
            settings.setting("synchronous_standby_names")
                    .filter(names -> !names.value().isEmpty())
                    .flatMap(_ -> weak(
                            settings, "synchronous_commit", "local", "no standby need have an acknowledged commit"))
                    .ifPresent(warnings::add);
        });
        ledger.wedges().stream()
                .filter(wedge -> wedge.until().isEmpty())
                .map(Note::summary)
                .forEach(warnings::add);
        run.scenario().durability().stream()
                .map(durability -> new DurabilityJudgement(run, durability))
                .flatMap(judgement -> judgement.forgiven().stream())
                .forEach(warnings::add);
        var timelines = ledger.servers().stream()
                .flatMap(seen -> seen.server().timeline().stream())
                .distinct()
                .toList();
        if (timelines.size() > 1) {
            warnings.add("the timeline changed from " + timelines.getFirst() + " to " + timelines.getLast()
                    + ": a standby was promoted, or a backup restored");
        }
        if (ledger.owed() && run.ended().isPresent()) {
            warnings.add("the schema " + ledger.opened().orElseThrow().schema()
                    + " may still be there: DROP SCHEMA IF EXISTS "
                    + ledger.opened().orElseThrow().schema() + " CASCADE;");
        }
        return warnings;
    }

    private static Optional<String> weak(Note.SettingsSeen settings, String name, String value, String consequence) {
        return settings.setting(name)
                .filter(setting -> setting.value().equals(value))
                .map(setting -> setting + ": " + consequence);
    }
}
