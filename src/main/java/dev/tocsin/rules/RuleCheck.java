package dev.tocsin.rules;

import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads an alerting rule for what keeps it from ever firing, or from ever being silent. */
public final class RuleCheck {
    /** Up to here a scrape can end before an exporter has given up on its database. */
    private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

    private static final Set<String> OF_NO_SERIES = Set.of("absent", "absent_over_time", "scalar");

    private final Series series;
    private final Bounds certain;
    private final Bounds likely;
    private final boolean live;

    private RuleCheck(Series series, boolean live) {
        this.series = series;
        this.live = live;
        certain = new Bounds(true, series);
        likely = new Bounds(false, series);
    }

    /**
     * What can be told from the text alone.
     *
     * @param hold the rule's {@code for}
     */
    public static List<RuleFinding> of(Expr expr, Duration hold) {
        try {
            return new RuleCheck(new NoSeries(), false).findings(expr, hold);
        } catch (IOException e) {
            throw new IllegalStateException("nobody was asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody was waited for", e);
        }
    }

    /** What can be told from the text and from what a Prometheus holds now. */
    public static List<RuleFinding> of(Expr expr, Duration hold, Series series)
            throws IOException, InterruptedException {
        return new RuleCheck(new Remembered(series), true).findings(expr, hold);
    }

    private List<RuleFinding> findings(Expr expr, Duration hold) throws IOException, InterruptedException {
        var findings = new ArrayList<>(dead(expr));
        always(expr).ifPresent(findings::add);
        findings.addAll(new Lasting(likely, hold).of(expr));
        if (live) {
            findings.addAll(stale(expr));
            atRest(expr, findings).ifPresent(findings::add);
        }
        return findings.stream().distinct().toList();
    }

    /** What keeps an expression from having a result; what is certain keeps it so for ever. */
    private List<RuleFinding> dead(Expr expr) throws IOException, InterruptedException {
        return switch (expr) {
            case Expr.VectorSelector selector -> live ? new AbsentSeries(series).of(selector) : List.of();
            case Expr.Binary binary -> dead(binary);
            case Expr.Call call when OF_NO_SERIES.contains(call.function()) -> List.of();
            default -> {
                var all = new ArrayList<RuleFinding>();
                for (var part : expr.parts()) {
                    all.addAll(dead(part));
                }
                yield all;
            }
        };
    }

    private List<RuleFinding> dead(Expr.Binary binary) throws IOException, InterruptedException {
        var left = dead(binary.left());
        var right = dead(binary.right());
        var all = new ArrayList<RuleFinding>();
        switch (binary.operator()) {
            case OR -> {
                var both = isDead(left) && isDead(right);
                all.addAll(both ? left : weakened(left));
                all.addAll(both ? right : weakened(right));
            }
            case UNLESS -> {
                all.addAll(left);
                all.addAll(weakened(right));
                if (live) {
                    all.addAll(weakened(new Joins(series).of(binary).stream().toList()));
                }
            }
            default -> {
                all.addAll(left);
                all.addAll(right);
                impossible(binary).ifPresent(all::add);
                if (live) {
                    new Joins(series).of(binary).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    private static boolean isDead(List<RuleFinding> findings) {
        return findings.stream().anyMatch(RuleFinding::certain);
    }

    private static List<RuleFinding> weakened(List<RuleFinding> findings) {
        return findings.stream().map(RuleFinding::ofAPart).toList();
    }

    private Optional<RuleFinding> impossible(Expr.Binary binary) throws IOException, InterruptedException {
        if (!binary.operator().isComparison() || binary.bool() || likely.canHold(binary)) {
            return Optional.empty();
        }
        var sure = !certain.canHold(binary);
        var bounds = sure ? certain : likely;
        var timestamp = binary.all()
                .anyMatch(part ->
                        part instanceof Expr.Call call && call.function().equals("timestamp"));
        return Optional.of(new RuleFinding(
                timestamp ? RuleFinding.Kind.NEVER_OLDER : RuleFinding.Kind.IMPOSSIBLE_VALUE,
                sure,
                binary.print() + " cannot be true",
                proof(binary, bounds),
                timestamp
                        ? "compare the value of a metric that is a time stamp; timestamp() tells when a sample was taken, and of anything but a plain selector when the rule is evaluated"
                        : mend(binary)));
    }

    private String proof(Expr.Binary binary, Bounds bounds) throws IOException, InterruptedException {
        var why = binary.all()
                .filter(Expr.Call.class::isInstance)
                .map(Expr.Call.class::cast)
                .filter(call -> call.arguments().stream().anyMatch(argument -> argument instanceof Expr.MatrixSelector))
                .toList();
        for (var call : why) {
            if (bounds.isAge(((Expr.MatrixSelector) call.arguments().getFirst()).vector())) {
                return call.print()
                        + " is the growth of an age, which is about 1 a second while that lives, and the rule wants "
                        + binary.operator().symbol() + " "
                        + bounds.of(binary.right()).print();
            }
        }
        if (binary.all()
                .anyMatch(part ->
                        part instanceof Expr.Call call && call.function().equals("timestamp"))) {
            return binary.left().print() + " is " + bounds.of(binary.left()).print() + ", "
                    + binary.right().print() + " is "
                    + bounds.of(binary.right()).print() + ", in seconds";
        }
        return binary.left().print() + " is " + bounds.of(binary.left()).print() + ", and the rule wants "
                + binary.operator().symbol() + " " + bounds.of(binary.right()).print();
    }

    private String mend(Expr.Binary binary) throws IOException, InterruptedException {
        if (certain.of(binary.left()).high() <= 2
                && likely.of(binary.right()).low() > 2
                && binary.left() instanceof Expr.Binary) {
            return "multiply the ratio by 100, or write the threshold as a fraction";
        }
        var counted = binary.all()
                .filter(Expr.Aggregation.class::isInstance)
                .map(Expr.Aggregation.class::cast)
                .filter(aggregation -> aggregation.operator().equals("count"))
                .findFirst();
        if (counted.isPresent()) {
            return "a count of nothing is no series, and not 0: write absent("
                    + counted.get().of().print() + ")";
        }
        return "compare what the alert is about: without the rate for an age, and with a value that it can have";
    }

    /** What has a result whatever the values are. */
    private Optional<RuleFinding> always(Expr expr) throws IOException, InterruptedException {
        if (!(expr instanceof Expr.Binary binary)) {
            return Optional.empty();
        }
        if (binary.operator().isComparison() && binary.bool()) {
            return Optional.of(new RuleFinding(
                    RuleFinding.Kind.BOOL_COMPARISON,
                    true,
                    "it fires whether or not the condition holds",
                    binary.print()
                            + " has a result of 0 or 1 for each series, and a rule fires for every series of its result",
                    "leave out bool"));
        }
        if (binary.operator().isComparison() && binary.type() == ValueType.VECTOR && !certain.canFail(binary)) {
            return Optional.of(new RuleFinding(
                    RuleFinding.Kind.ALWAYS_TRUE,
                    true,
                    "it fires for every series that there is",
                    proof(binary, certain),
                    "compare with a value that tells good from bad"));
        }
        return Optional.empty();
    }

    /** An exporter that waits for a dead database is scraped in vain, and then what it says of it is gone. */
    private List<RuleFinding> stale(Expr expr) throws IOException, InterruptedException {
        var findings = new ArrayList<RuleFinding>();
        for (var part : expr.all().toList()) {
            if (part instanceof Expr.Binary binary
                    && binary.operator().isComparison()
                    && !binary.bool()
                    && Plain.unfiltered(binary) instanceof Expr.VectorSelector selector
                    && selector.metric().filter(Metrics::saysUp).isPresent()
                    && wantsDown(binary)) {
                var hasty = hasty(selector);
                if (!hasty.isEmpty()) {
                    findings.add(new RuleFinding(
                            RuleFinding.Kind.STALE_COMPARISON,
                            false,
                            "the series may be gone, and not 0, when the database is down",
                            "an exporter that waits for its database answers late, and the scrape of "
                                    + hasty.getFirst().name() + " ends after "
                                    + Durations.print(hasty.getFirst().timeout()) + "; then "
                                    + selector.print() + " is absent",
                            "make scrape_timeout 2s or longer, or add: or up == 0"));
                }
            }
        }
        return findings;
    }

    private boolean wantsDown(Expr.Binary comparison) throws IOException, InterruptedException {
        var threshold = certain.of(comparison.right());
        return threshold.isOne()
                && switch (comparison.operator()) {
                    case EQ -> threshold.low() == 0;
                    case NE -> threshold.low() == 1;
                    case LT, LE -> threshold.low() <= 1;
                    default -> false;
                };
    }

    /** The targets of the selected series, when all of them are given so little time. */
    private List<ScrapeTarget> hasty(Expr.VectorSelector selector) throws IOException, InterruptedException {
        var origins =
                series.query("count by (job, instance) (" + selector.plain().print() + ")");
        var targets = series.targets().stream()
                .filter(target ->
                        origins.stream().anyMatch(origin -> origin.labels().allIn(target.labels())))
                .toList();
        return targets.stream().allMatch(target -> target.timeout().compareTo(SHORT_TIMEOUT) <= 0)
                ? targets
                : List.of();
    }

    private Optional<RuleFinding> atRest(Expr expr, List<RuleFinding> findings)
            throws IOException, InterruptedException {
        try {
            var result = series.query(expr.print());
            return result.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new RuleFinding(
                            RuleFinding.Kind.FIRES_AT_REST,
                            false,
                            "it is true now, before anything was done",
                            result.size() + " series, for example "
                                    + result.getFirst().labels() + " "
                                    + result.getFirst().value(),
                            "see whether the database is in trouble now, or the threshold is too low"));
        } catch (Series.NotEvaluatedException e) {
            return findings.stream().anyMatch(finding -> finding.kind() == RuleFinding.Kind.AMBIGUOUS_MATCH)
                    ? Optional.empty()
                    : Optional.of(new RuleFinding(
                            RuleFinding.Kind.EVALUATION_FAILS,
                            false,
                            "Prometheus cannot evaluate it now",
                            String.valueOf(e.getMessage()),
                            "match the labels so that one series belongs to one"));
        }
    }
}
