package dev.tocsin.ledger;

import dev.tocsin.domain.ledger.Note;

/** Where notes go: each is on disk when the call returns. */
public interface Notebook {
    void note(Note note);
}
