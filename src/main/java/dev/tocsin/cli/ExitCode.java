package dev.tocsin.cli;

import dev.tocsin.domain.run.Conclusion;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The exit codes, which scripts and CI rely on. */
public final class ExitCode {
    public static final int PASSED = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int INCONCLUSIVE = 3;
    public static final int ABORTED = 4;
    public static final int ERROR = 5;
    public static final int DEFECT = 70;
    public static final int GAVE_UP = 124;
    public static final int INTERRUPTED = 130;

    private static final List<Integer> WORST_FIRST = List.of(FAILED, ERROR, ABORTED, INCONCLUSIVE, PASSED);

    private ExitCode() {}

    public static int of(Conclusion conclusion) {
        return switch (conclusion) {
            case PASSED -> PASSED;
            case FAILED -> FAILED;
            case INCONCLUSIVE -> INCONCLUSIVE;
            case ABORTED -> ABORTED;
            case ERROR -> ERROR;
        };
    }

    /** The worst of several; nothing at all is inconclusive. */
    public static int worst(Collection<Conclusion> conclusions) {
        return conclusions.stream()
                .map(ExitCode::of)
                .min(Comparator.comparingInt(WORST_FIRST::indexOf))
                .orElse(INCONCLUSIVE);
    }
}
