package dev.tocsin.domain.verdict;

import dev.tocsin.domain.chain.Latency;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a check is called and what it expects, until it is known how it came out. */
record Finding(String name, Check.Family family, String expected, List<Latency.Term> deadline) {

    /** A check without a deadline, or with one that somebody wrote. */
    Finding(String name, Check.Family family, String expected) {
        this(name, family, expected, List.of());
    }

    Check passed(String reason, String observed) {
        return check(Check.Result.PASSED, reason, observed, observed, Optional.empty());
    }

    Check failed(String reason, String message, String observed) {
        return check(Check.Result.FAILED, reason, message, observed, Optional.empty());
    }

    Check inconclusive(String reason, String message, String observed) {
        return check(Check.Result.INCONCLUSIVE, reason, message, observed, Optional.empty());
    }

    Check skipped(String reason, String message) {
        return check(Check.Result.SKIPPED, reason, message, "nothing", Optional.empty());
    }

    Check open(String message, Optional<Instant> due) {
        return check(Check.Result.OPEN, "Open", message, "nothing yet", due);
    }

    private Check check(Check.Result result, String reason, String message, String observed, Optional<Instant> due) {
        return new Check(
                name,
                family,
                result,
                reason,
                message,
                expected,
                observed,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                due,
                deadline);
    }
}
