package dev.tocsin.domain.ledger;

import java.util.Optional;

/**
 * What is known of one writer's numbers.
 *
 * @param reserved it never sent a number above this
 * @param sentUpTo it has stopped, and never sent a number above this; absent when it may have sent any reserved one
 */
public record WriterLedger(
        long reserved, Optional<Long> sentUpTo, Numbers acknowledged, Numbers rejected, Numbers unanswered) {
    static final WriterLedger NEW = new WriterLedger(0, Optional.empty(), Numbers.NONE, Numbers.NONE, Numbers.NONE);

    /** More numbers may be sent, so it has not stopped, or goes on again. */
    WriterLedger reserved(long upTo) {
        return new WriterLedger(Math.max(reserved, upTo), Optional.empty(), acknowledged, rejected, unanswered);
    }

    WriterLedger stopped(long upTo) {
        return new WriterLedger(reserved, Optional.of(upTo), acknowledged, rejected, unanswered);
    }

    WriterLedger after(Note.Outcomes outcomes) {
        var refused = rejected;
        for (var more : outcomes.rejected()) {
            refused = refused.plus(more.numbers());
        }
        var open = unanswered;
        for (var more : outcomes.indeterminate()) {
            open = open.plus(more.numbers());
        }
        return new WriterLedger(reserved, sentUpTo, acknowledged.plus(outcomes.acknowledged()), refused, open);
    }

    /**
     * Numbers that may or may not be there: the answer never came, or nothing was noted of them because Tocsin died.
     */
    public Numbers indeterminate() {
        var perhapsSent = Numbers.range(1, sentUpTo.orElse(reserved));
        return unanswered.plus(perhapsSent.minus(acknowledged).minus(rejected));
    }

    /** Numbers that cannot be there. */
    public Numbers impossible() {
        return rejected.plus(Numbers.range(sentUpTo.orElse(reserved) + 1, Long.MAX_VALUE));
    }
}
