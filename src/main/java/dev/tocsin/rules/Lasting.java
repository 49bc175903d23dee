package dev.tocsin.rules;

import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ValueType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Conditions that pass by themselves sooner than the rule waits. */
final class Lasting {
    private static final Set<String> MOMENTARY = Set.of("changes", "resets");

    private final Bounds bounds;
    private final Duration hold;

    Lasting(Bounds bounds, Duration hold) {
        this.bounds = bounds;
        this.hold = hold;
    }

    List<RuleFinding> of(Expr expr) throws IOException, InterruptedException {
        var findings = new ArrayList<RuleFinding>();
        for (var part : expr.all().toList()) {
            if (part instanceof Expr.Binary binary && binary.operator().isComparison() && !binary.bool()) {
                span(binary)
                        .filter(span -> span.compareTo(hold) < 0)
                        .ifPresent(span -> findings.add(shorter(binary, span)));
            }
        }
        return findings;
    }

    private RuleFinding shorter(Expr.Binary condition, Duration span) {
        return new RuleFinding(
                RuleFinding.Kind.FOR_LONGER_THAN_WINDOW,
                false,
                "the condition passes after " + Durations.print(span) + ", and the rule waits for "
                        + Durations.print(hold),
                "what happens once makes " + condition.print() + " true for " + Durations.print(span)
                        + " at most, which is less than for: " + Durations.print(hold),
                "leave for out, or make the window longer than it");
    }

    /** How long one event makes it true. */
    private Optional<Duration> span(Expr.Binary condition) throws IOException, InterruptedException {
        var changes = condition
                .all()
                .filter(part -> part instanceof Expr.Call call && MOMENTARY.contains(call.function()))
                .flatMap(Expr::all)
                .filter(Expr.MatrixSelector.class::isInstance)
                .map(matrix -> ((Expr.MatrixSelector) matrix).range())
                .findFirst();
        var span = changes.or(() -> againstItself(condition));
        return span.isPresent() ? span : young(condition);
    }

    /** As in {@code a != a offset 5m}. */
    private static Optional<Duration> againstItself(Expr.Binary condition) {
        return condition.left() instanceof Expr.VectorSelector left
                        && condition.right() instanceof Expr.VectorSelector right
                        && !left.equals(right)
                        && left.plain().equals(right.plain())
                ? Optional.of(left.offset().minus(right.offset()).abs())
                : Optional.empty();
    }

    /** As in {@code time() - started < 60}, or {@code uptime < 60}. */
    private Optional<Duration> young(Expr.Binary condition) throws IOException, InterruptedException {
        var below = condition.operator() == Expr.Operator.LT || condition.operator() == Expr.Operator.LE;
        if (!below || condition.right().type() != ValueType.SCALAR || !growsByItself(condition.left())) {
            return Optional.empty();
        }
        var threshold = bounds.of(condition.right());
        return threshold.isOne() && threshold.low() > 0 && threshold.low() < Integer.MAX_VALUE
                ? Optional.of(Duration.ofMillis(Math.round(threshold.low() * 1000)))
                : Optional.empty();
    }

    private boolean growsByItself(Expr expr) throws IOException, InterruptedException {
        if (expr instanceof Expr.VectorSelector vector) {
            return bounds.isAge(vector)
                    && vector.metric().filter(name -> name.contains("uptime")).isPresent();
        }
        return expr instanceof Expr.Binary binary
                && binary.operator() == Expr.Operator.SUB
                && binary.left().equals(new Expr.Call("time", List.of()))
                && binary.right().type() == ValueType.VECTOR;
    }
}
