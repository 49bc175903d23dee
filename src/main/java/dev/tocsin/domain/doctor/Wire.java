package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import java.util.List;
import java.util.Optional;

/** What is checked, until it is known how it came out. */
record Wire(String name, Link link) {
    Finding passed(String observed, String... evidence) {
        return found(Finding.Result.PASSED, observed, Optional.empty(), List.of(evidence));
    }

    Finding failed(String observed, String mend, List<String> evidence) {
        return found(Finding.Result.FAILED, observed, Optional.of(mend), evidence);
    }

    Finding failed(String observed, String mend) {
        return failed(observed, mend, List.of());
    }

    Finding warned(String observed, String mend, List<String> evidence) {
        return found(Finding.Result.WARNED, observed, Optional.of(mend), evidence);
    }

    Finding warned(String observed, String mend) {
        return warned(observed, mend, List.of());
    }

    Finding skipped(String why) {
        return found(Finding.Result.SKIPPED, why, Optional.empty(), List.of());
    }

    private Finding found(Finding.Result result, String observed, Optional<String> mend, List<String> evidence) {
        return new Finding(name, link, result, observed, mend, evidence, Optional.empty());
    }
}
