/** The ledger of acknowledged commits: what is noted of it, its fold, and what became of each commit. Pure. */
@NullMarked
package dev.tocsin.domain.ledger;

import org.jspecify.annotations.NullMarked;
