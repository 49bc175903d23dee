package dev.tocsin.evidence;

import dev.tocsin.domain.chain.Gap;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.verdict.Deadlines;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What happened in a run, moment by moment: the drawing of it in words. */
final class Moments {
    /** One moment. */
    record Moment(Instant at, String what) {}

    private final RunState run;
    private final List<Moment> moments = new ArrayList<>();

    private Moments(RunState run) {
        this.run = run;
    }

    /** All of them, in the order of time. */
    static List<Moment> of(RunState run, List<AlertCourse> courses, List<Recorded> facts) {
        var all = new Moments(run);
        courses.forEach(all::alert);
        facts.forEach(recorded -> all.fact(recorded.fact()).ifPresent(what -> all.add(recorded.at(), what)));
        all.deadlines();
        all.server();
        all.moments.sort(Comparator.comparing(Moment::at));
        return List.copyOf(all.moments);
    }

    private void add(Instant at, String what) {
        moments.add(new Moment(at, what));
    }

    private Optional<String> fact(Fact fact) {
        if (fact instanceof Fact.OfRun ofRun && !ofRun.run().equals(run.run())) {
            return Optional.empty();
        }
        return switch (fact) {
            case Fact.ServiceStarted _ -> Optional.of("Tocsin started again");
            case Fact.ServiceStopped _ -> Optional.of("Tocsin stopped");
            case Fact.JournalRepaired(String what) -> Optional.of("the journal was mended: " + what);
            case Fact.NotificationRefused(int status, String why) ->
                Optional.of("a notification was refused: " + status + " " + why);
            case Fact.RunAdmitted _ -> Optional.of("the run was admitted");
            case Fact.BaselineTaken taken ->
                Optional.of("the baseline was taken: "
                        + (taken.alerts().isEmpty()
                                ? "no alert was active"
                                : taken.alerts().size() + " alerts were active"));
            case Fact.StimulusStarting starting -> Optional.of(starting.stimulus() + " starts");
            case Fact.StimulusApplied applied ->
                Optional.of(applied.stimulus() + " is in full effect: "
                        + applied.effect().summary());
            case Fact.StimulusFailed failed -> Optional.of(failed.stimulus() + " failed: " + failed.why());
            case Fact.StimulusRefused refused -> Optional.of(refused.stimulus() + " was refused: " + refused.why());
            case Fact.StimulusReleased released ->
                Optional.of(released.stimulus() + " was released, verified: "
                        + released.effect().summary());
            case Fact.ReleaseFailed stuck ->
                Optional.of(stuck.stimulus() + " could not be shown to be gone: " + stuck.why());
            case Fact.AbortRequested abort -> Optional.of("stopped by " + abort.by() + ": " + abort.why());
            case Fact.RunBroke broke -> Optional.of("the run broke: " + broke.why());
            case Fact.RunEnded _ -> Optional.of("the run ended");
            case Fact.NotificationReceived _,
                    Fact.BaselineAwaited _,
                    Fact.Observed _,
                    Fact.Noted _,
                    Fact.StimulusProgressed _,
                    Fact.VerdictReached _ -> Optional.empty();
        };
    }

    private void alert(AlertCourse course) {
        var name = course.labels().toString();
        course.pending().ifPresent(at -> add(at, name + " is pending in Prometheus"));
        course.firing().ifPresent(at -> add(at, name + " fires in Prometheus"));
        course.delivered().ifPresent(at -> add(at, name + " is delivered"));
        course.over().ifPresent(at -> add(at, name + " has ended in Prometheus"));
        course.deliveredOver().ifPresent(at -> add(at, name + " is delivered as resolved"));
    }

    private void deadlines() {
        var proof = run.scenario().mode() == Mode.PROOF;
        for (var expectation : run.scenario().alerts()) {
            var title = expectation.matchers().title();
            var deadlines = Deadlines.of(run, expectation);
            deadlines.fires().ifPresent(at -> add(at, "deadline: " + title + (proof ? " delivered" : " watched")));
            deadlines
                    .resolves()
                    .filter(_ -> proof)
                    .ifPresent(at -> add(at, "deadline: " + title + " delivered as resolved"));
        }
    }

    private void server() {
        run.ledger().outages().forEach(outage -> {
            add(outage.from(), "no write is acknowledged from here on");
            add(outage.until(), "writes are acknowledged again");
        });
        run.ledger().troubledSince().ifPresent(since -> add(since, "no write is acknowledged from here on"));
        run.ledger().servers().stream()
                .map(seen -> seen.server().postmasterStarted())
                .filter(run.admitted()::isBefore)
                .distinct()
                .forEach(at -> add(at, "PostgreSQL was started"));
        for (var kind : List.of("Prometheus", "Alertmanager")) {
            run.chain().gaps(kind).forEach(this::gap);
        }
    }

    private void gap(Gap gap) {
        add(
                gap.from(),
                gap.source() + (gap.until().equals(Optional.of(gap.from())) ? " restarted" : " does not answer"));
        gap.until()
                .filter(at -> !at.equals(gap.from()))
                .ifPresent(at ->
                        add(at, gap.source() + " answers again" + (gap.restarted() ? ", as another process" : "")));
    }
}
