package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Judges whether Tocsin itself can hear, and keep what it hears. */
public final class OwnWiring {
    /** What always fires is called so by kube-prometheus and by those before it. */
    public static final Set<String> HEARTBEATS = Set.of("Watchdog", "DeadMansSwitch");

    /** A notification waits for it, and Alertmanager for the notification. */
    static final Duration SLOW_FSYNC = Duration.ofMillis(250);

    static final long LITTLE_SPACE = 1L << 30;
    static final Duration LATELY = Duration.ofMinutes(10);

    private static final Wire WRITES = new Wire("Tocsin: the journal's folder can be written", Link.DELIVERED);
    private static final Wire SPACE = new Wire("Tocsin: there is space for it", Link.DELIVERED);
    private static final Wire GUARDED = new Wire("Tocsin: the webhook asks for credentials", Link.DELIVERED);
    private static final Wire REFUSED = new Wire("Tocsin: no notification was refused lately", Link.DELIVERED);
    private static final Wire HEARTBEAT = new Wire("Tocsin: the heartbeat is heard", Link.DELIVERED);

    private OwnWiring() {}

    public static List<Finding> judge(OwnSeen own, Instant now) {
        var findings = new ArrayList<Finding>();
        findings.add(writes(own));
        findings.add(space(own));
        findings.add(
                own.webhookGuarded()
                        ? GUARDED.passed("yes")
                        : GUARDED.warned(
                                "anybody can post alerts here",
                                "set auth.webhook.bearerFile or .basic, and the same in Alertmanager's http_config"));
        findings.add(own.refused()
                .filter(refused -> refused.at().isAfter(now.minus(LATELY)))
                .map(OwnWiring::refused)
                .orElseGet(() -> REFUSED.passed("not in the last " + LATELY.toMinutes() + " minutes")));
        if (own.heartbeatLoaded()) {
            findings.add(heartbeat(own, now));
        }
        return findings;
    }

    private static Finding writes(OwnSeen own) {
        if (own.problem().isPresent()) {
            return WRITES.failed(
                    own.folder() + ": " + own.problem().get(),
                    "no notification is taken in until it can be written; see the disk and the volume");
        }
        var observed =
                "%s, on disk after %.1f ms".formatted(own.folder(), own.fsync().toNanos() / 1e6);
        return own.fsync().compareTo(SLOW_FSYNC) > 0
                ? WRITES.warned(
                        observed + ", which is slow: every notification waits for it",
                        "put `data` on a local or a faster disk")
                : WRITES.passed(observed);
    }

    private static Finding space(OwnSeen own) {
        var observed = "%.1f GiB are free".formatted(own.free() / (double) (1 << 30));
        return own.free() < LITTLE_SPACE
                ? SPACE.warned(
                        observed, "make the volume larger, or take old evidence away. Try: df -h " + own.folder())
                : SPACE.passed(observed);
    }

    private static Finding refused(OwnSeen.Refused refused) {
        return REFUSED.warned(
                "one was answered with " + refused.status() + " at " + refused.at() + ": " + refused.why(),
                DrillJudgement.mendRefusal(refused));
    }

    private static Finding heartbeat(OwnSeen own, Instant now) {
        var mend = "route alertname=~\""
                + String.join("|", HEARTBEATS.stream().sorted().toList())
                + "\" here as well, with a repeat_interval below " + LATELY.toMinutes() + "m";
        if (own.heartbeat().isEmpty()) {
            return HEARTBEAT.warned("Prometheus has a rule that always fires, and it was never heard here", mend);
        }
        var ago = Duration.between(own.heartbeat().get(), now);
        var observed = "heard " + ago.toSeconds() + " s ago";
        return ago.compareTo(LATELY) > 0
                ? HEARTBEAT.warned(observed + ", at " + own.heartbeat().get(), mend)
                : HEARTBEAT.passed(observed);
    }
}
