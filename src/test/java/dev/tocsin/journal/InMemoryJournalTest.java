package dev.tocsin.journal;

import java.time.InstantSource;

final class InMemoryJournalTest extends JournalContract {
    @Override
    Journal open(InstantSource clock) {
        return new InMemoryJournal(clock);
    }
}
