package dev.tocsin.domain.verdict;

import dev.tocsin.domain.ledger.Ledger;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.RunState;
import dev.tocsin.domain.run.StimulusTrace;
import dev.tocsin.domain.scenario.ClusterStimulus;
import dev.tocsin.domain.scenario.MonitoringStimulus;
import dev.tocsin.domain.scenario.ServerStimulus;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.Stimulus;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.domain.scenario.TableStimulus;
import dev.tocsin.domain.verdict.Check.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges that a stimulus really restarted the server, and that what was to be a crash was no polite stop. */
record CrashJudgement(RunState run, Stress step) {
    /** With no more grace than this a stop is meant to be a crash: it is the least that Kubernetes keeps safely. */
    private static final Duration NO_GRACE = Duration.ofSeconds(1);

    /** That the stimulus restarted the server, and the way it was meant to. */
    Check restarted(DurabilityJudgement whole) {
        var crash = meantAsCrash(step.stimulus());
        var finding = new Finding(
                step.name() + (crash ? " was a crash" : " restarted the server"),
                Family.DURABILITY,
                crash ? "killed, and recovered from its write-ahead log" : "another postmaster");
        var undecided = whole.undecided(finding);
        if (undecided.isPresent()) {
            return undecided.get();
        }
        if (step.stimulus() instanceof ClusterStimulus.NodeRestart restart && boots().isEmpty()) {
            return notBooted(finding, restart);
        }
        var starting = run.stimulus(step.name()).map(StimulusTrace::starting);
        var after = starting.flatMap(this::firstRestartAfter);
        if (after.isEmpty()) {
            return finding.inconclusive(
                    "NotRestarted", "the server was not seen to restart after " + step.name(), "the same postmaster");
        }
        var seen = after.get().server();
        var observed = "postmaster started " + seen.postmasterStarted() + ", "
                + switch (seen.canary()) {
                    case DEAD -> "unlogged table emptied by crash recovery";
                    case ALIVE -> "unlogged table kept: no crash recovery";
                    case SET, ABSENT -> "unlogged table not there";
                }
                + seen.redo().map(redo -> ", redo from " + redo).orElse("")
                + seen.timeline().map(timeline -> ", timeline " + timeline).orElse("")
                + effects().map(CrashJudgement::pod).distinct().collect(Collectors.joining());
        return switch (seen.canary()) {
            case DEAD -> finding.passed(crash ? "Crashed" : "Restarted", observed);
            case ALIVE ->
                crash
                        ? finding.inconclusive(
                                "NotACrash", "the server stopped in order, so nothing was shown of a crash", observed)
                        : finding.passed("Restarted", observed);
            case SET, ABSENT ->
                finding.inconclusive("OtherState", "the data directory is not the one that was written to", observed);
        };
    }

    private static boolean meantAsCrash(Stimulus stimulus) {
        return switch (stimulus) {
            case ClusterStimulus.PodKill kill -> kill.gracePeriod().compareTo(NO_GRACE) <= 0;
            case ClusterStimulus.NodeRestart restart -> !restart.drain();
            case SessionStimulus _, TableStimulus _, ServerStimulus _, MonitoringStimulus _ -> false;
        };
    }

    private Stream<Effect> effects() {
        return run.stimulus(step.name()).stream().flatMap(trace -> trace.effects().stream());
    }

    /** What shows that the node has another boot; without it the same crash of PostgreSQL may have had any other cause. */
    private Optional<Effect.NodeRestarted> boots() {
        return effects()
                .filter(Effect.NodeRestarted.class::isInstance)
                .map(Effect.NodeRestarted.class::cast)
                .filter(restarted -> !restarted.oldBootId().equals(restarted.newBootId()))
                .findFirst();
    }

    private Check notBooted(Finding finding, ClusterStimulus.NodeRestart restart) {
        return finding.inconclusive(
                        "NodeNotRestarted", "the node was not seen to boot anew after " + step.name(), "the same boot")
                .seen(
                        effects().map(Effect::summary).distinct().toList(),
                        restart.manual()
                                ? "run it again and restart the node when the run asks for it; `tocsin watch` shows which"
                                : "look what the agent said: kubectl logs -A -l app.kubernetes.io/name=tocsin-node-agent");
    }

    private static String pod(Effect effect) {
        return switch (effect) {
            case Effect.PodReplaced replaced ->
                ", pod " + replaced.newUid() + " for " + replaced.oldUid()
                        + replaced.exitCode().map(code -> ", exit code " + code).orElse("")
                        + replaced.bootId().map(boot -> ", boot " + boot).orElse("");
            case Effect.NodeRestarted restarted ->
                ", node " + restarted.node() + " boot " + restarted.newBootId() + " for " + restarted.oldBootId()
                        + ", restarts " + restarted.newRestarts() + " (were " + restarted.oldRestarts() + ")"
                        + restarted
                                .exitCode()
                                .map(code -> ", exit code " + code)
                                .orElse("");
            default -> "";
        };
    }

    private Optional<Ledger.Sighting> firstRestartAfter(Instant starting) {
        var before = Optional.<Ledger.Sighting>empty();
        for (var seen : run.ledger().servers()) {
            var changed = before.map(known -> known.server().postmasterStarted())
                    .filter(known -> !Objects.equals(known, seen.server().postmasterStarted()))
                    .isPresent();
            if (seen.at().isAfter(starting) && (changed || seen.server().canary() != Note.Canary.ALIVE)) {
                return Optional.of(seen);
            }
            before = Optional.of(seen);
        }
        return Optional.empty();
    }
}
